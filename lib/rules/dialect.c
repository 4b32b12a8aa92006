#include "rules/dialect.h"

#include <regex.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/dialect_fill.h"
#include "rules/pattern.h"

enum { BUILTIN_RULES = 2, BUILTIN_SUCCESS = 5 };

struct builtin_dialect {
    const char *name;
    const char *path;
    const char *body;
    int success[BUILTIN_SUCCESS];
    const char *success_content;
    bool idempotent;
    bool blocking;
    struct {
        int low, high;
        const char *body;
        enum send_class class;
    } rules[BUILTIN_RULES];
    const char *status_path;
    const char *status_busy;
};

/* Every POST has Content-Type, Accept, Idempotency-Key (the nonce) and X-Request-Id (the run); `headers` are further
 * ones. What was measured of each endpoint: FACTS, "Endpoints that take a turn". None of them is known to honour an
 * idempotency key, so none says so. */
static const struct builtin_dialect builtins[] = {
    {.name = "mission-control",
     .path = "",
     .body = "{\"ticket\":\"{ticket}\",\"session_key\":\"{session_key}\",\"run_id\":\"{run_id}\","
             "\"nonce\":\"{nonce}\",\"message\":\"{message}\",\"source\":\"mc-pickup\"}",
     .success = {200, 201, 202, 204},
     .success_content = "application/json"},
    {.name = "gaia",
     .path = "/api/chat/send",
     .body = "{\"session_id\":\"{session_key}\",\"message\":\"{message}\",\"stream\":false}",
     .success = {200},
     .success_content = "application/json",
     .blocking = true},
    {.name = "opencode",
     .path = "/session/{session}/prompt_async",
     .body = "{\"parts\":[{\"type\":\"text\",\"text\":\"{message}\"}]}",
     .success = {204},
     .status_path = "/session/status",
     .status_busy = "\"type\":\"(busy|retry)\""},
    {.name = "agentapi",
     .path = "/message",
     .body = "{\"content\":\"{message}\",\"type\":\"user\"}",
     .success = {200},
     .success_content = "application/json",
     .rules = {{500, 500, "can only be sent when the agent is waiting for user input", CLASS_BUSY}}},
};

size_t dialect_builtin_count(void) {
    return sizeof builtins / sizeof *builtins;
}

static void copy_lists(struct dialect *dialect, const struct builtin_dialect *builtin) {
    dialect->success = xcalloc(BUILTIN_SUCCESS, sizeof *dialect->success);
    for (size_t i = 0; i < BUILTIN_SUCCESS && builtin->success[i]; i++)
        dialect->success[dialect->success_count++] = builtin->success[i];
    dialect->rules = xcalloc(BUILTIN_RULES, sizeof *dialect->rules);
    for (size_t i = 0; i < BUILTIN_RULES && builtin->rules[i].low; i++)
        dialect->rules[dialect->rule_count++] = (struct dialect_rule){.status_low = builtin->rules[i].low,
                                                                      .status_high = builtin->rules[i].high,
                                                                      .body = xstrdup(builtin->rules[i].body),
                                                                      .class = builtin->rules[i].class};
}

void dialect_from_builtin(struct dialect *dialect, size_t index) {
    const struct builtin_dialect *builtin = &builtins[index];
    *dialect = (struct dialect){.name = xstrdup(builtin->name),
                                .method = xstrdup("POST"),
                                .path = xstrdup(builtin->path),
                                .body = xstrdup(builtin->body),
                                .success_content = xstrdup(builtin->success_content),
                                .idempotent = builtin->idempotent,
                                .blocking = builtin->blocking,
                                .status_path = xstrdup(builtin->status_path),
                                .status_busy = xstrdup(builtin->status_busy)};
    copy_lists(dialect, builtin);
}

void dialect_release(struct dialect *dialect) {
    for (size_t i = 0; i < dialect->header_count; i++)
        free(dialect->headers[i]);
    for (size_t i = 0; i < dialect->rule_count; i++)
        free(dialect->rules[i].body);
    free(dialect->headers);
    free(dialect->rules);
    free(dialect->success);
    free(dialect->name);
    free(dialect->method);
    free(dialect->path);
    free(dialect->body);
    free(dialect->success_content);
    free(dialect->status_path);
    free(dialect->status_busy);
    *dialect = (struct dialect){0};
}

bool dialect_match(const char *pattern, const char *subject) {
    regex_t regex;
    if (!pattern || regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
        return false;
    bool found = regexec(&regex, subject, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static char *pattern_error(const char *what, const char *pattern) {
    regex_t regex;
    bool heavy = pattern && pattern_is_heavy(pattern);
    int code = pattern && !heavy ? regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) : 0;
    if (!pattern)
        return NULL;
    if (heavy)
        return xasprintf("%s: %s", what, pattern_heavy_words);
    if (code == 0) {
        regfree(&regex);
        return NULL;
    }
    char why[128];
    regerror(code, &regex, why, sizeof why);
    return xasprintf("%s: not an extended regular expression: %s", what, why);
}

static char *path_error(const char *what, const char *path) {
    if (path && *path && *path != '/')
        return xasprintf("%s: must be empty or begin with /", what);
    for (const char *p = path ? path : ""; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 127 || *p == '#')
            return xasprintf("%s: has a character that a URL cannot have; write it as %%XX", what);
    return dialect_fill_error(what, path, FILL_URL);
}

static bool is_token(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static char *header_error(const char *header) {
    size_t name = 0;
    while (is_token((unsigned char)header[name]))
        name++;
    if (name == 0 || header[name] != ':')
        return xasprintf("headers: \"Name: value\" is wanted");
    for (const char *p = header; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            return xasprintf("headers: control characters are not allowed");
    static const char *const ours[] = {"authorization", "host", "content-length", "transfer-encoding", "expect"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        size_t at = 0;
        while (at < name && (header[at] | 0x20) == ours[i][at])
            at++;
        if (at == name && !ours[i][at])
            return xasprintf("headers: %s is set by mc-pickup itself; a token belongs into send.token_file", ours[i]);
    }
    return dialect_fill_error("headers", header, FILL_HEADER);
}

static char *body_error(const char *body) {
    if (!body)
        return NULL;
    struct json *json = json_parse(body, strlen(body));
    if (!json)
        return xasprintf("body: not JSON");
    json_free(json);
    return dialect_fill_error("body", body, FILL_BODY);
}

static char *answers_error(const struct dialect *dialect) {
    char *why = NULL;
    for (size_t i = 0; !why && i < dialect->success_count; i++)
        if (dialect->success[i] < 200 || dialect->success[i] > 299)
            why = xasprintf("success: %d is not a status from 200 to 299", dialect->success[i]);
    for (size_t i = 0; !why && i < dialect->rule_count; i++) {
        const struct dialect_rule *rule = &dialect->rules[i];
        if (rule->status_low < 100 || rule->status_high > 599 || rule->status_low > rule->status_high)
            why = xasprintf("rules: %d to %d is not a range within 100 to 599", rule->status_low, rule->status_high);
        else
            why = pattern_error("rules: body", rule->body);
    }
    return why;
}

char *dialect_error(const struct dialect *dialect) {
    static const char *const methods[] = {"POST", "PUT", "PATCH"};
    bool known = false;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        known = known || (dialect->method && strcmp(dialect->method, methods[i]) == 0);
    if (!known)
        return xasprintf("method: POST, PUT or PATCH is wanted");
    char *why = path_error("path", dialect->path);
    if (!why)
        why = body_error(dialect->body);
    for (size_t i = 0; !why && i < dialect->header_count; i++)
        why = header_error(dialect->headers[i]);
    if (!why && dialect->success_count == 0)
        why = xasprintf("success: at least one status that means \"taken\" is wanted");
    if (!why)
        why = answers_error(dialect);
    if (!why)
        why = path_error("status_path", dialect->status_path);
    if (!why)
        why = pattern_error("status_busy", dialect->status_busy);
    if (!why && dialect->status_path && !dialect->status_busy)
        why = xasprintf("status_busy: is needed with status_path: what in its answer means busy");
    return why;
}
