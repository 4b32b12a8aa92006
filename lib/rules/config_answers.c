#include "rules/config_answers.h"

#include "base/json.h"
#include "base/mem.h"
#include "rules/config_keys.h"
#include "rules/config_reading.h"
#include "rules/dialect.h"

/* A dialect's lists: headers, success, rules. Their content is checked by dialect_error; here only their shape. */

static bool list_ok(const struct config_place *at) {
    if (json_type(at->json) == JSON_ARRAY && json_count(at->json) <= (size_t)at->key->high)
        return true;
    return config_fail(at->reading, at->path, "must be a list of at most %lld", (long long)at->key->high);
}

static bool read_headers(const struct config_place *at, struct dialect *dialect) {
    for (size_t i = 0; i < dialect->header_count; i++)
        free(dialect->headers[i]);
    dialect->header_count = 0;
    dialect->headers = xrealloc(dialect->headers, (json_count(at->json) + 1) * sizeof *dialect->headers);
    for (const struct json *member = json_first(at->json); member; member = json_next(member)) {
        if (!json_string(member))
            return config_fail_member(at, member, "must be a list of strings \"Name: value\"");
        dialect->headers[dialect->header_count++] = xstrdup(json_string(member));
    }
    return true;
}

static bool status_of(const struct json *json, int *status) {
    int64_t value = 0;
    if (!json_int(json, &value) || value < 100 || value > 599)
        return false;
    *status = (int)value;
    return true;
}

static bool read_statuses(const struct config_place *at, struct dialect *dialect) {
    dialect->success_count = 0;
    dialect->success = xrealloc(dialect->success, (json_count(at->json) + 1) * sizeof *dialect->success);
    for (const struct json *member = json_first(at->json); member; member = json_next(member)) {
        int status = 0;
        if (!status_of(member, &status))
            return config_fail_member(at, member, "must be a list of statuses from 200 to 299");
        dialect->success[dialect->success_count++] = status;
    }
    return true;
}

static bool read_range(const struct json *json, struct dialect_rule *rule) {
    if (json_type(json) == JSON_NUMBER) {
        bool ok = status_of(json, &rule->status_low);
        rule->status_high = rule->status_low;
        return ok;
    }
    return json_type(json) == JSON_ARRAY && json_count(json) == 2 && status_of(json_first(json), &rule->status_low) &&
           status_of(json_next(json_first(json)), &rule->status_high) && rule->status_low <= rule->status_high;
}

static const char *rule_fault(const struct json *json, struct dialect_rule *rule) {
    if (json_type(json) != JSON_OBJECT)
        return "must be an object {\"status\", \"body\", \"class\"}";
    for (const struct json *member = json_first(json); member; member = json_next(member))
        if (strcmp(json_key(member), "status") != 0 && strcmp(json_key(member), "body") != 0 &&
            strcmp(json_key(member), "class") != 0)
            return "has a key that is not known; status, body and class are allowed";
    const struct json *status = json_get(json, "status");
    const struct json *body = json_get(json, "body");
    if (!status || !read_range(status, rule))
        return "status: must be a status from 100 to 599, or [low, high]";
    if (body && !json_string(body))
        return "body: must be a pattern, a string";
    int class = send_class_from(json_string(json_get(json, "class")));
    if (class < 0 || class > CLASS_GARBLED)
        return "class: must be a class of answers, such as sent, busy, starting, paused, conflict, denied, rejected or "
               "server_error";
    rule->class = (enum send_class) class;
    rule->body = xstrdup(json_string(body));
    return NULL;
}

static bool read_rules(const struct config_place *at, struct dialect *dialect) {
    for (size_t i = 0; i < dialect->rule_count; i++)
        free(dialect->rules[i].body);
    dialect->rule_count = 0;
    dialect->rules = xrealloc(dialect->rules, (json_count(at->json) + 1) * sizeof *dialect->rules);
    for (const struct json *member = json_first(at->json); member; member = json_next(member)) {
        struct dialect_rule rule = {0};
        const char *fault = rule_fault(member, &rule);
        if (fault) {
            char *path = xasprintf("%s.%zu", at->path, dialect->rule_count);
            config_fail(at->reading, path, "%s", fault);
            free(path);
            return false;
        }
        dialect->rules[dialect->rule_count++] = rule;
    }
    return true;
}

bool key_read_answers(const struct config_place *at) {
    if (!list_ok(at))
        return false;
    if (at->key->type == KEY_HEADERS)
        return read_headers(at, at->object);
    if (at->key->type == KEY_STATUSES)
        return read_statuses(at, at->object);
    return read_rules(at, at->object);
}
