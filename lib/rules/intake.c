#include "rules/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/ticket_text.h"

static bool wrong(const char *what, struct err *err) {
    return err_set(err, MC_DATAERR, "%s", what);
}

static bool read_line(char **to, enum ticket_line what, const struct json *json, struct err *err) {
    struct text line = {0};
    const char *s = json_string(json);
    bool ok = s ? ticket_line(&line, what, s, err) : wrong("it is no text", err);

    if (ok)
        *to = text_take(&line);
    text_release(&line);
    return ok;
}

/* A list of texts, or one text: with commas between for labels, itself alone for after. */
static bool read_list(struct argv *list, const struct json *json, bool commas, struct err *err) {
    const char *s = json_string(json);

    for (; s && commas && strchr(s, ','); s = strchr(s, ',') + 1)
        argv_addf(list, "%.*s", (int)strcspn(s, ","), s);
    if (s && (!commas || s[strspn(s, " \t")]))
        argv_add(list, s);
    if (s)
        return true;
    if (json_type(json) != JSON_ARRAY)
        return wrong("it is neither a text nor a list of texts", err);
    for (json = json_first(json); json; json = json_next(json)) {
        if (!json_string(json))
            return wrong("what stands in the list is no text", err);
        argv_add(list, json_string(json));
    }
    return true;
}

static bool read_title(struct intake *one, const struct json *json, struct err *err) {
    return read_line(&one->title, TICKET_TITLE, json, err);
}

static bool read_dedupe_key(struct intake *one, const struct json *json, struct err *err) {
    return read_line(&one->dedupe_key, TICKET_DEDUPE_KEY, json, err);
}

static bool read_body(struct intake *one, const struct json *json, struct err *err) {
    const char *s = json_string(json);

    if (!s || !ticket_body(s, strlen(s), err))
        return s ? false : wrong("it is no text", err);
    one->body = xstrdup(s);
    return true;
}

static bool read_labels(struct intake *one, const struct json *json, struct err *err) {
    struct argv labels = {0};
    struct text joined = {0};
    bool ok = read_list(&labels, json, true, err) && ticket_labels(&joined, &labels, err);

    if (ok && joined.len > 0)
        one->labels = text_take(&joined);
    text_release(&joined);
    argv_release(&labels);
    return ok;
}

static bool read_after(struct intake *one, const struct json *json, struct err *err) {
    return read_list(&one->after, json, false, err);
}

static bool read_word(char **to, const struct json *json, struct err *err) {
    *to = xstrdup(json_string(json));
    return *to || wrong("it is no text", err);
}

static bool read_profile(struct intake *one, const struct json *json, struct err *err) {
    return read_word(&one->profile, json, err);
}

static bool read_workspace(struct intake *one, const struct json *json, struct err *err) {
    return read_word(&one->workspace, json, err);
}

static bool read_priority(struct intake *one, const struct json *json, struct err *err) {
    int found = json_string(json) ? priority_from(json_string(json)) : -1;

    one->priority = found < 0 ? PRIORITY_COUNT : (enum priority)found;
    return found >= 0 || wrong("give critical, high, medium or low", err);
}

static bool read_status(struct intake *one, const struct json *json, struct err *err) {
    int found = json_string(json) ? ticket_status_from(json_string(json)) : -1;

    one->status = found < 0 ? TICKET_STATUS_COUNT : (enum ticket_status)found;
    return one->status == TICKET_INBOX || one->status == TICKET_TODO || wrong("give inbox or todo", err);
}

static const struct {
    const char *name;
    bool (*read)(struct intake *one, const struct json *json, struct err *err);
} members[] = {
    {"title", read_title},     {"body", read_body},           {"labels", read_labels}, {"priority", read_priority},
    {"profile", read_profile}, {"workspace", read_workspace}, {"status", read_status}, {"dedupe_key", read_dedupe_key},
    {"after", read_after}};
enum { MEMBERS = sizeof members / sizeof *members };

static int member_find(const char *name) {
    for (int i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].name, name) == 0)
            return i;
    return -1;
}

static bool read_members(struct intake *one, const struct json *object, struct err *err) {
    bool seen[MEMBERS] = {false};

    for (const struct json *json = json_first(object); json; json = json_next(json)) {
        int at = member_find(json_key(json));
        if (at < 0 && strcmp(json_key(json), "mc_export") == 0)
            return err_set(err, MC_DATAERR, "this is a board's export: import it with --restore");
        if (at < 0)
            return err_set(err, MC_DATAERR, "\"%s\": unknown; mc-ticket(1) lists what a line may have", json_key(json));
        if (seen[at])
            return err_set(err, MC_DATAERR, "\"%s\": it stands there twice", json_key(json));
        seen[at] = true;
        if (json_type(json) != JSON_NULL && !members[at].read(one, json, err))
            return err_wrap(err, "\"%s\"", json_key(json));
    }
    return one->title || err_set(err, MC_DATAERR, "\"title\": it is missing");
}

bool intake_read(struct intake *one, const char *bytes, size_t n, struct err *err) {
    struct json *json = json_parse(bytes, n);
    bool ok;

    *one = (struct intake){.priority = PRIORITY_COUNT, .status = TICKET_STATUS_COUNT};
    if (json_type(json) == JSON_ARRAY)
        ok = err_set(err, MC_DATAERR, "it is a list: give one object a line, as jq -c '.[]' does");
    else if (json_type(json) != JSON_OBJECT)
        ok = err_set(err, MC_DATAERR, "it is no JSON object: give one whole object a line");
    else
        ok = read_members(one, json, err);
    json_free(json);
    if (!ok)
        intake_release(one);
    return ok;
}

void intake_release(struct intake *one) {
    free(one->title);
    free(one->body);
    free(one->labels);
    free(one->profile);
    free(one->workspace);
    free(one->dedupe_key);
    argv_release(&one->after);
    *one = (struct intake){0};
}

static bool fill_labels(struct intake *one, const struct argv *more, struct err *err) {
    struct argv labels = {0};
    struct text joined = {0};
    bool ok;

    for (const char *at = one->labels; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        argv_addf(&labels, "%.*s", (int)strcspn(at, ","), at);
    for (size_t i = 0; i < more->count; i++)
        argv_add(&labels, more->items[i]);
    ok = ticket_labels(&joined, &labels, err);
    if (ok)
        xreplace(&one->labels, text_str(&joined));
    text_release(&joined);
    argv_release(&labels);
    return ok;
}

bool intake_fill(struct intake *one, const struct intake_fill *fill, struct err *err) {
    if (!one->profile && fill->profile)
        one->profile = xstrdup(fill->profile);
    if (!one->workspace && fill->workspace)
        one->workspace = xstrdup(fill->workspace);
    if (one->priority == PRIORITY_COUNT)
        one->priority = fill->priority;
    if (one->status == TICKET_STATUS_COUNT)
        one->status = fill->status;
    return !fill->labels || !fill->labels->count || fill_labels(one, fill->labels, err);
}

static bool not_placed(const struct config *config, const char *workspace, const char *why, struct err *err) {
    struct text there = {0};

    config_list_workspaces(config, &there);
    if (!workspace)
        err_set(err, MC_DATAERR, "\"workspace\": %s; name one of %s there, or with --workspace for all such lines", why,
                text_str(&there));
    else
        err_set(err, MC_DATAERR, "\"workspace\": %s; %s%s%sadd it to %s in the configuration", why,
                there.len ? "name one of " : "", text_str(&there), there.len ? ", or " : "",
                config_missing_key(workspace));
    text_release(&there);
    return false;
}

bool intake_placed(const struct intake *one, const struct config *config, struct err *err) {
    char *why;

    if (one->profile && !config_profile(config, one->profile))
        return err_set(err, MC_DATAERR,
                       "\"profile\": %s: no such profile; name a built-in one or add it to the configuration",
                       one->profile);
    why = config_misplaced(config, one->workspace);
    if (!why)
        return true;
    not_placed(config, one->workspace, why, err);
    free(why);
    return false;
}
