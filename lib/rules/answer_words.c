#include "rules/answer_words.h"

#include "base/json.h"

enum { WORDS_MAX = 4096, DEPTH_MAX = 3 };

/* Where the words must stand: CODE is a whole code ("error": "runtime_busy"), PROSE anywhere in what it says. */
enum place { CODE, PROSE };

/* First match wins. Special meanings stand before "busy", because "not ready for input" goes with several of them;
 * a phrase of ours is lower case, one blank between words, anything that is no letter or digit counting as a blank. */
static const struct {
    enum place place;
    const char *words;
    enum send_class class;
} table[] = {
    /* the same key with another body: the first one was not ours to take for an answer */
    {PROSE, "key reused", CLASS_CONFLICT},
    {PROSE, "key mismatch", CLASS_CONFLICT},
    {PROSE, "different body", CLASS_CONFLICT},
    {PROSE, "different payload", CLASS_CONFLICT},
    {PROSE, "different request", CLASS_CONFLICT},
    {PROSE, "another body", CLASS_CONFLICT},
    /* only we know the key: who has it already has our turn */
    {CODE, "already sent", CLASS_ALREADY_SENT},
    {CODE, "already accepted", CLASS_ALREADY_SENT},
    {CODE, "already processed", CLASS_ALREADY_SENT},
    {CODE, "duplicate", CLASS_ALREADY_SENT},
    {CODE, "duplicate request", CLASS_ALREADY_SENT},
    {CODE, "duplicate nonce", CLASS_ALREADY_SENT},
    {CODE, "idempotent replay", CLASS_ALREADY_SENT},
    {CODE, "idempotency replay", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key already", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key was already", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key has already", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key is already", CLASS_ALREADY_SENT},
    {PROSE, "nonce already", CLASS_ALREADY_SENT},
    {PROSE, "nonce was already", CLASS_ALREADY_SENT},
    /* it names no run, yet says that the runtime is another's */
    {CODE, "foreign run", CLASS_FOREIGN},
    {CODE, "run mismatch", CLASS_FOREIGN},
    {CODE, "wrong run", CLASS_FOREIGN},
    {CODE, "wrong ticket", CLASS_FOREIGN},
    {CODE, "ticket mismatch", CLASS_FOREIGN},
    {CODE, "session owned by another ticket", CLASS_FOREIGN},
    /* a question that a person answers */
    {CODE, "awaiting human", CLASS_AWAITING_HUMAN},
    {CODE, "awaiting approval", CLASS_AWAITING_HUMAN},
    {CODE, "needs input", CLASS_AWAITING_HUMAN},
    {CODE, "permission required", CLASS_AWAITING_HUMAN},
    {CODE, "approval required", CLASS_AWAITING_HUMAN},
    {CODE, "trust required", CLASS_AWAITING_HUMAN},
    {PROSE, "status awaiting human", CLASS_AWAITING_HUMAN},
    {PROSE, "status awaiting approval", CLASS_AWAITING_HUMAN},
    {PROSE, "status needs input", CLASS_AWAITING_HUMAN},
    {PROSE, "waiting for permission", CLASS_AWAITING_HUMAN},
    {PROSE, "waiting for approval", CLASS_AWAITING_HUMAN},
    {PROSE, "waiting for a human", CLASS_AWAITING_HUMAN},
    {PROSE, "awaiting a human", CLASS_AWAITING_HUMAN},
    {PROSE, "permission prompt", CLASS_AWAITING_HUMAN},
    {PROSE, "permission request", CLASS_AWAITING_HUMAN},
    {PROSE, "trust this folder", CLASS_AWAITING_HUMAN},
    {PROSE, "trust prompt", CLASS_AWAITING_HUMAN},
    {PROSE, "shows a dialog", CLASS_AWAITING_HUMAN},
    /* limits pass by themselves */
    {PROSE, "paused", CLASS_PAUSED},
    {PROSE, "usage limit", CLASS_PAUSED},
    {PROSE, "quota", CLASS_PAUSED},
    {PROSE, "rate limit", CLASS_PAUSED},
    {PROSE, "rate limited", CLASS_PAUSED},
    {PROSE, "too many requests", CLASS_PAUSED},
    /* young */
    {CODE, "starting", CLASS_STARTING},
    {CODE, "pending", CLASS_STARTING},
    {CODE, "not started", CLASS_STARTING},
    {CODE, "runtime starting", CLASS_STARTING},
    {PROSE, "status starting", CLASS_STARTING},
    {PROSE, "status spawning", CLASS_STARTING},
    {PROSE, "status pending", CLASS_STARTING},
    {PROSE, "initializing", CLASS_STARTING},
    {PROSE, "initialising", CLASS_STARTING},
    {PROSE, "is starting", CLASS_STARTING},
    {PROSE, "still starting", CLASS_STARTING},
    {PROSE, "starting up", CLASS_STARTING},
    {PROSE, "booting", CLASS_STARTING},
    {PROSE, "warming up", CLASS_STARTING},
    /* a runtime that has ended is not busy, whatever the code says */
    {PROSE, "status dead", CLASS_CONFLICT},
    {PROSE, "status closed", CLASS_CONFLICT},
    {PROSE, "status exited", CLASS_CONFLICT},
    {PROSE, "status stopped", CLASS_CONFLICT},
    {PROSE, "status failed", CLASS_CONFLICT},
    {CODE, "closed", CLASS_CONFLICT},
    {CODE, "ticket closed", CLASS_CONFLICT},
    {CODE, "session closed", CLASS_CONFLICT},
    {CODE, "archived", CLASS_CONFLICT},
    {CODE, "cancelled", CLASS_CONFLICT},
    {CODE, "completed", CLASS_CONFLICT},
    {CODE, "expired", CLASS_CONFLICT},
    {CODE, "deleted", CLASS_CONFLICT},
    {PROSE, "ticket is closed", CLASS_CONFLICT},
    {PROSE, "ticket is done", CLASS_CONFLICT},
    {PROSE, "ticket is cancelled", CLASS_CONFLICT},
    /* busy, as seen in the field */
    {CODE, "busy", CLASS_BUSY},
    {CODE, "session busy", CLASS_BUSY},
    {CODE, "session busy error", CLASS_BUSY},
    {CODE, "agent busy", CLASS_BUSY},
    {CODE, "turn in progress", CLASS_BUSY},
    {CODE, "turn active", CLASS_BUSY},
    {PROSE, "runtime busy", CLASS_BUSY},
    {PROSE, "runtime is busy", CLASS_BUSY},
    {PROSE, "session is busy", CLASS_BUSY},
    {PROSE, "agent is busy", CLASS_BUSY},
    {PROSE, "session busy error", CLASS_BUSY},
    {PROSE, "not ready for input", CLASS_BUSY},
    {PROSE, "already in progress", CLASS_BUSY},
    {PROSE, "turn is in progress", CLASS_BUSY},
    {PROSE, "turn is active", CLASS_BUSY},
    {PROSE, "when the agent is waiting for user input", CLASS_BUSY},
};

/* Words that a framework or server says for the bare status: no reason. A last * stands for any ending: a version. */
static const char *const bare[] = {
    " conflict ",
    " 409 ",
    " 409 conflict ",
    " error ",
    " error conflict ",
    " error 409 ",
    " http 409 ",
    " http status 409 *",
    " httpexception ",
    " about blank ",
    " nginx *",
    " openresty *",
    " apache *",
    " caddy *",
    " cloudflare *",
    " gunicorn *",
    " werkzeug *",
    " status code 409 *",
    " a conflict happened while processing the request the resource might have been modified *", /* werkzeug, Flask */
    " conflict a conflict happened while processing the request *",
    " the request could not be completed due to a conflict with the current state of the target resource ",
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_word(char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 128;
}

/* Words with one blank between and around: "SessionBusyError" is " session busy error ". */
static void add_words(struct text *out, const char *s, size_t n) {
    text_addc(out, ' ');
    for (size_t i = 0; i < n; i++) {
        bool hump = i && is_upper(s[i]) && s[i - 1] >= 'a' && s[i - 1] <= 'z';
        if ((hump || !is_word(s[i])) && out->data[out->len - 1] != ' ')
            text_addc(out, ' ');
        if (is_word(s[i]))
            text_addc(out, is_upper(s[i]) ? (char)(s[i] | 0x20) : s[i]);
    }
    if (out->data[out->len - 1] != ' ')
        text_addc(out, ' ');
}

static bool is_bare(const char *words) {
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
        size_t n = strlen(bare[i]);
        if (bare[i][n - 1] == '*' ? strncmp(words, bare[i], n - 1) == 0 : strcmp(words, bare[i]) == 0)
            return true;
    }
    return words[strspn(words, " 0123456789")] == '\0';
}

static void set_limits(struct saying *saying) {
    saying->codes.max = WORDS_MAX;
    saying->prose.max = WORDS_MAX;
    saying->plain.max = WORDS_MAX;
}

static void add_string(struct saying *saying, const char *string) {
    size_t n = strnlen(string, WORDS_MAX / 4);
    struct text words = {.max = WORDS_MAX};
    add_words(&words, string, n);
    bool code = n <= 64 && !strpbrk(string, " \t\n");
    if (!is_bare(text_str(&words)))
        saying->any = true;
    if (code) {
        text_addc(&saying->codes, '|'); /* codes are compared whole */
        text_addn(&saying->codes, text_str(&words), words.len);
        text_addc(&saying->codes, '|');
    }
    text_addn(&saying->prose, text_str(&words), words.len);
    if (saying->plain.len)
        text_add(&saying->plain, ": ");
    text_addn(&saying->plain, string, n);
    text_release(&words);
}

static bool says_why(const char *key) {
    static const char *const keys[] = {"code",   "error", "error_code", "errorCode",   "reason", "_tag",
                                       "name",   "type",  "kind",       "message",     "detail", "details",
                                       "status", "msg",   "title",      "description", "data"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void collect(struct saying *saying, const struct json *json, int depth) {
    if (json_type(json) == JSON_STRING)
        add_string(saying, json_string(json));
    if (depth == DEPTH_MAX)
        return;
    bool list = json_type(json) == JSON_ARRAY;
    if (list || json_type(json) == JSON_OBJECT)
        for (const struct json *member = json_first(json); member; member = json_next(member))
            if (list || says_why(json_key(member)))
                collect(saying, member, depth + 1);
}

void saying_from_json(struct saying *saying, const struct json *json) {
    set_limits(saying);
    collect(saying, json, 0);
}

void saying_from_text(struct saying *saying, const char *body, size_t n) {
    set_limits(saying);
    size_t skip = 0;
    while (skip < n && (body[skip] == ' ' || body[skip] == '\n' || body[skip] == '\r' || body[skip] == '\t'))
        skip++;
    if (skip == n)
        return;
    size_t take = n - skip < WORDS_MAX / 4 ? n - skip : WORDS_MAX / 4;
    struct text copy = {0};
    text_addn(&copy, body + skip, take);
    add_string(saying, text_str(&copy));
    text_release(&copy);
}

/* What stands between a script's or a style's tags is not for a reader. */
static size_t skip_unread(const char *body, size_t n, size_t at) {
    static const char *const unread[] = {"script", "style"};
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++) {
        size_t width = strlen(unread[i]);
        if (n - at <= width || strncmp(body + at + 1, unread[i], width) != 0)
            continue;
        for (size_t end = at + 1; end + width + 2 <= n; end++)
            if (body[end] == '<' && body[end + 1] == '/' && strncmp(body + end + 2, unread[i], width) == 0)
                return end;
        return n;
    }
    return at;
}

void saying_from_html(struct saying *saying, const char *body, size_t n) {
    struct text words = {.max = WORDS_MAX};
    set_limits(saying);
    for (size_t at = 0; at < n;) {
        size_t start = at;
        while (at < n && body[at] != '<')
            at++;
        text_addn(&words, body + start, at - start < WORDS_MAX / 4 ? at - start : WORDS_MAX / 4);
        if (strspn(text_str(&words), " \t\r\n") < words.len)
            add_string(saying, text_str(&words));
        text_clear(&words);
        if (at < n)
            at = skip_unread(body, n, at);
        while (at < n && body[at] != '>')
            at++;
        at += at < n;
    }
    text_release(&words);
}

static bool has(const struct saying *saying, enum place place, const char *words) {
    struct text wanted = {0};
    text_addf(&wanted, place == CODE ? "| %s |" : " %s ", words);
    bool found = strstr(text_str(place == CODE ? &saying->codes : &saying->prose), text_str(&wanted)) != NULL;
    text_release(&wanted);
    return found;
}

int saying_class(const struct saying *saying) {
    for (size_t i = 0; saying->any && i < sizeof table / sizeof *table; i++)
        if (has(saying, table[i].place, table[i].words))
            return (int)table[i].class;
    return -1;
}

void saying_release(struct saying *saying) {
    text_release(&saying->codes);
    text_release(&saying->prose);
    text_release(&saying->plain);
    *saying = (struct saying){0};
}
