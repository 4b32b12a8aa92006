#include "rules/answer_foreign.h"

#include <stdint.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

enum { DEPTH_MAX = 4 };

static const char *const run_keys[] = {"run_id",       "runId",      "run",         "active_run_id", "current_run_id",
                                       "owner_run_id", "active_run", "current_run", "owner_run",     NULL};
static const char *const ticket_keys[] = {"ticket",        "ticket_id",      "ticketId",     "ticket_key", "ticketKey",
                                          "active_ticket", "current_ticket", "owner_ticket", NULL};

static bool is_one_of(const char *key, const char *const *keys) {
    for (; key && *keys; keys++)
        if (strcmp(key, *keys) == 0)
            return true;
    return false;
}

static bool is_word(char c) {
    return text_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/* MC-4629, mc-4629, "4629" and 4629 all name ticket MC-4629. */
static bool is_our_ticket(const struct json *value, const char *ticket) {
    const char *digits = strrchr(ticket, '-');
    int64_t number = 0;
    if (json_int(value, &number)) {
        char *printed = xasprintf("-%lld", (long long)number);
        bool same = digits && strcmp(printed, digits) == 0;
        free(printed);
        return same;
    }
    const char *string = json_string(value);
    if (!string || !*string)
        return true; /* says nothing */
    if (digits && strcmp(string, digits + 1) == 0)
        return true;
    size_t i = 0;
    while (ticket[i] &&
           (string[i] == ticket[i] || (ticket[i] >= 'A' && ticket[i] <= 'Z' && string[i] == (ticket[i] | 0x20))))
        i++;
    return !ticket[i] && !string[i];
}

bool answer_words_name_other(const char *words, const char *ticket) {
    const char *dash = ticket ? strrchr(ticket, '-') : NULL;
    size_t prefix = dash ? (size_t)(dash - ticket) + 1 : 0;
    for (const char *p = words; prefix && *p; p++) {
        if ((p > words && is_word(p[-1])) || strncmp(p, ticket, prefix) != 0 || !text_digit(p[prefix]))
            continue;
        size_t digits = 0;
        while (text_digit(p[prefix + digits]))
            digits++;
        if (!is_word(p[prefix + digits]) && (strlen(dash + 1) != digits || strncmp(p + prefix, dash + 1, digits) != 0))
            return true;
    }
    return false;
}

/* ticket:4629:session is the one of MC-4629; a session key of another make says nothing. */
static bool is_other_session(const char *string, const char *ticket) {
    const char *digits = strrchr(ticket, '-');
    if (!digits || !text_starts(string, "ticket:"))
        return false;
    string += strlen("ticket:");
    return !text_starts(string, digits + 1) || string[strlen(digits + 1)] != ':';
}

static bool names_other(const struct json *json, const char *key, const struct json *us) {
    const char *ticket = json_string(json_get(us, "ticket"));
    const char *run_id = json_string(json_get(us, "run_id"));
    const char *string = json_string(json);
    if (run_id && string && *string && is_one_of(key, run_keys))
        return strcmp(string, run_id) != 0;
    if (ticket && is_one_of(key, ticket_keys))
        return !is_our_ticket(json, ticket);
    if (ticket && string && key && strcmp(key, "session_key") == 0)
        return is_other_session(string, ticket);
    return string && answer_words_name_other(string, ticket);
}

static bool walk(const struct json *json, const char *key, const struct json *us, int depth) {
    if (json_type(json) != JSON_OBJECT && json_type(json) != JSON_ARRAY)
        return names_other(json, key, us);
    if (depth == DEPTH_MAX)
        return false;
    for (const struct json *member = json_first(json); member; member = json_next(member))
        if (walk(member, json_key(member), us, depth + 1))
            return true;
    return false;
}

bool answer_names_other(const struct json *json, const char *ticket, const char *run_id) {
    struct json *us = json_object();
    json_put_string(us, "ticket", ticket);
    json_put_string(us, "run_id", run_id);
    bool other = walk(json, NULL, us, 0);
    json_free(us);
    return other;
}
