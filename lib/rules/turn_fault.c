#include "rules/turn_fault.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "rules/fault_until.h"

/* Looked at of a message: what stands behind is a body or a trace, where any word may stand. */
enum { TEXT_LOOK = 2048 };

static const char *const names[] = {
    [FAULT_NONE] = "none",       [FAULT_INTERRUPTED] = "interrupted",
    [FAULT_LIMIT] = "limit",     [FAULT_LOGIN] = "login",
    [FAULT_BILLING] = "billing", [FAULT_SERVER] = "server",
    [FAULT_REQUEST] = "request", [FAULT_OTHER] = "other",
};
static_assert(sizeof names / sizeof names[0] == FAULT_COUNT, "a name for every fault");

static const struct turn_fault_rule rules[] = {
    [FAULT_NONE] = {FAULT_GO_ON, "the agent finished its turn", NULL},
    [FAULT_INTERRUPTED] = {FAULT_ASK_SILENTLY, "a person interrupted the turn at the agent's terminal",
                           "finish there, or answer the ticket to go on"},
    [FAULT_LIMIT] = {FAULT_PAUSE, "the agent reached its usage limit", "nothing: it goes on when the limit is over"},
    [FAULT_LOGIN] = {FAULT_ASK_AND_STOP, "the agent's login is not valid or has expired",
                     "log in with the agent itself, then answer the ticket; mc-ticket breaker close lets other tickets "
                     "start before that"},
    [FAULT_BILLING] =
        {FAULT_ASK_AND_STOP, "the agent's account has no credit left",
         "mend the account, then answer the ticket; mc-ticket breaker close lets other tickets start before that"},
    [FAULT_SERVER] = {FAULT_PAUSE, "an error stopped the agent's turn, in spite of its own tries",
                      "nothing: it is asked to go on once"},
    [FAULT_REQUEST] = {FAULT_ASK, "the agent's model refused the request",
                       "read the message, mend the agent's settings or the ticket, then answer the ticket"},
    [FAULT_OTHER] = {FAULT_ASK, "the agent's turn ended with an error", "read the message, then answer the ticket"},
};
static_assert(sizeof rules / sizeof rules[0] == FAULT_COUNT, "a rule for every fault");

const char *turn_fault_name(enum turn_fault fault) {
    return (size_t)fault < FAULT_COUNT ? names[fault] : "unknown";
}

int turn_fault_from(const char *name) {
    return names_find(names, FAULT_COUNT, name);
}

const struct turn_fault_rule *turn_fault_rule(enum turn_fault fault) {
    return &rules[(size_t)fault < FAULT_COUNT ? fault : FAULT_OTHER];
}

struct fault_word {
    const char *word;
    enum turn_fault fault;
};

/* claude 2.1 (the list in its own schema), qwen 0.15 (the same and fewer), opencode 1.18. "unknown" is what claude says
 * of a model that could not be reached: it had its ten tries. */
static const struct fault_word words[] = {
    {"authentication_failed", FAULT_LOGIN},
    {"oauth_org_not_allowed", FAULT_LOGIN},
    {"billing_error", FAULT_BILLING},
    {"rate_limit", FAULT_LIMIT},
    {"overloaded", FAULT_SERVER},
    {"server_error", FAULT_SERVER},
    {"invalid_request", FAULT_REQUEST},
    {"model_not_found", FAULT_REQUEST},
    {"max_output_tokens", FAULT_REQUEST},
    {"interrupted", FAULT_INTERRUPTED},
    {"aborted", FAULT_INTERRUPTED},
    {"MessageAbortedError", FAULT_INTERRUPTED},
    {"ProviderAuthError", FAULT_LOGIN},
    {"MessageOutputLengthError", FAULT_REQUEST},
    {"ContextOverflowError", FAULT_REQUEST},
};

enum turn_fault turn_fault_from_word(const char *word) {
    for (size_t i = 0; word && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].fault;
    return FAULT_OTHER;
}

enum turn_fault turn_fault_from_status(int64_t status) {
    switch (status) {
    case 401:
    case 403:
        return FAULT_LOGIN;
    case 402:
        return FAULT_BILLING;
    case 408:
        return FAULT_SERVER;
    case 429:
        return FAULT_LIMIT;
    default:
        if (status >= 400 && status < 500)
            return FAULT_REQUEST;
        return status >= 500 && status < 600 ? FAULT_SERVER : FAULT_OTHER;
    }
}

/* In lower case. The order decides: credit before limits ("insufficient_quota" comes with 429), both before logins,
 * words before numbers. "billing" is in the advice of both: what is a limit for certain goes before it. */
static const struct fault_word phrases[] = {
    {"request was aborted", FAULT_INTERRUPTED},
    {"insufficient_quota", FAULT_BILLING},
    {"credit balance", FAULT_BILLING},
    {"out of credit", FAULT_BILLING},
    {"insufficient credit", FAULT_BILLING},
    {"insufficient balance", FAULT_BILLING},
    {"payment required", FAULT_BILLING},
    {"context limit", FAULT_REQUEST},
    {"usage limit", FAULT_LIMIT},
    {"limit reached", FAULT_LIMIT},
    {"hit your limit", FAULT_LIMIT},
    {"-hour limit", FAULT_LIMIT},
    {"session limit", FAULT_LIMIT},
    {"daily limit", FAULT_LIMIT},
    {"weekly limit", FAULT_LIMIT},
    {"monthly limit", FAULT_LIMIT},
    {"rate limit", FAULT_LIMIT},
    {"rate-limit", FAULT_LIMIT},
    {"rate_limit", FAULT_LIMIT},
    {"too many requests", FAULT_LIMIT},
    {"resource_exhausted", FAULT_LIMIT},
    {"billing", FAULT_BILLING},
    {"quota", FAULT_LIMIT},
    {"api key", FAULT_LOGIN},
    {"api_key", FAULT_LOGIN},
    {"x-api-key", FAULT_LOGIN},
    {"authentication", FAULT_LOGIN},
    {"unauthorized", FAULT_LOGIN},
    {"unauthenticated", FAULT_LOGIN},
    {"/login", FAULT_LOGIN},
    {"token has expired", FAULT_LOGIN},
    {"token expired", FAULT_LOGIN},
    {"overloaded", FAULT_SERVER},
    {"internal server error", FAULT_SERVER},
    {"service unavailable", FAULT_SERVER},
    {"bad gateway", FAULT_SERVER},
    {"gateway timeout", FAULT_SERVER},
    {"connection error", FAULT_SERVER},
    {"connection refused", FAULT_SERVER},
    {"unable to connect", FAULT_SERVER},
    {"econnre", FAULT_SERVER},
    {"enotfound", FAULT_SERVER},
    {"etimedout", FAULT_SERVER},
    {"eai_again", FAULT_SERVER},
    {"fetch failed", FAULT_SERVER},
    {"socket hang up", FAULT_SERVER},
    {"network error", FAULT_SERVER},
    {"terminated", FAULT_SERVER},
    {"timed out", FAULT_SERVER},
    {"timeout", FAULT_SERVER},
    {"context length", FAULT_REQUEST},
    {"context window", FAULT_REQUEST},
    {"prompt is too long", FAULT_REQUEST},
    {"invalid_request", FAULT_REQUEST},
    {"model not found", FAULT_REQUEST},
    {"no such route", FAULT_REQUEST},
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool word_byte(char c) {
    return text_digit(c) || c == '_' || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* The first number of three digits that stands alone and is a failure's status; 0: none. */
static int64_t status_in(const char *text) {
    for (size_t i = 0; text[i]; i++) {
        bool whole =
            text_digit(text[i]) && text_digit(text[i + 1]) && text_digit(text[i + 2]) && !word_byte(text[i + 3]);

        if (whole && (i == 0 || !word_byte(text[i - 1])) && (text[i] == '4' || text[i] == '5'))
            return (text[i] - '0') * 100 + (text[i + 1] - '0') * 10 + (text[i + 2] - '0');
    }
    return 0;
}

static enum turn_fault told_by(const char *look) {
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (strstr(look, phrases[i].word))
            return phrases[i].fault;
    return turn_fault_from_status(status_in(look));
}

/* A date may be of anything: "available until Nov 5". */
static bool ends_by_itself(const char *text) {
    struct fault_until until = fault_until_read(text);

    if (until.at_ms || until.wait_ms)
        return true;
    return fault_until_told(&until) && (strstr(text, "reset") || strstr(text, "retry") || strstr(text, "try again"));
}

enum turn_fault turn_fault_from_text(const char *text) {
    char look[TEXT_LOOK];
    enum turn_fault fault;
    size_t n = 0;

    for (; text && text[n] && n + 1 < sizeof look; n++)
        look[n] = lower(text[n]);
    look[n] = '\0';
    fault = told_by(look);
    return (fault == FAULT_BILLING || fault == FAULT_OTHER) && ends_by_itself(look) ? FAULT_LIMIT : fault;
}
