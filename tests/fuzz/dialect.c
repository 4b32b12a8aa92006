/* A dialect of a person's, filled with what anybody wrote: path, header, body, and the values. */
#include "rules/dialect.h"

#include "base/err.h"
#include "base/json.h"
#include "fuzz.h"
#include "parts.h"
#include "rules/dialect_fill.h"

const struct fuzz_shape fuzz_shape = {"", "", "", true};

static bool has_control(const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 127)
            return true;
    return false;
}

/* Nothing that is put in ends the URL, its path or a part of it. */
static void urls(const char *path, const struct dialect_fields *fields) {
    struct text out = {0};
    struct err err = {0};
    const struct dialect_target target = {"http://host:80/a", path}, own = {path, NULL};

    HOLDS(dialect_url(&out, &target, fields, &err));
    HOLDS(text_starts(text_str(&out), "http://host:80/a"));
    for (const char *at = text_str(&out); *at; at++)
        HOLDS((unsigned char)*at > ' ' && (unsigned char)*at < 127 && *at != '#');
    text_clear(&out);
    HOLDS(dialect_url(&out, &own, fields, &err) || err.code == MC_CONFIG);
    err_release(&err);
    text_release(&out);
}

static size_t members(const struct json *json) {
    size_t count = 1;

    for (const struct json *one = json_first(json); one; one = json_next(one))
        count += members(one);
    return count;
}

/* JSON of the same shape as its template, whatever is put in. */
static void bodies(const char *template, const struct dialect_fields *fields) {
    struct json *before = json_parse(template, strlen(template)), *after;
    struct text out = {0};
    struct err err = {0};

    HOLDS(dialect_body(&out, template, fields, &err));
    after = json_parse(text_str(&out), out.len);
    HOLDS(after && members(before) == members(after));
    json_free(before);
    json_free(after);
    text_release(&out);
}

static void fill(const struct dialect *dialect, const struct dialect_fields *fields) {
    struct text out = {0};

    urls(dialect->path, fields);
    HOLDS(dialect_header(&out, dialect->headers[0], fields));
    HOLDS(!has_control(text_str(&out)));
    text_release(&out);
    if (dialect->body)
        bodies(dialect->body, fields);
}

/* In a built-in body a message stands as it is: it opens no field. */
static void stays(const char *message) {
    struct text out = {0};
    struct err err = {0};
    struct json *json, *list = json_array();
    struct text wanted = {0}, said = {0};

    HOLDS(dialect_body(&out, "[\"{message}\"]", &(struct dialect_fields){.message = message, .ticket = "MC-1"}, &err));
    json = json_parse(text_str(&out), out.len);
    json_push_string(list, message);
    HOLDS(json);
    json_print(json, &said);
    json_print(list, &wanted);
    HOLDS(strcmp(text_str(&said), text_str(&wanted)) == 0);
    json_free(json);
    json_free(list);
    text_release(&out);
    text_release(&wanted);
    text_release(&said);
}

void fuzz_one(const char *bytes, size_t n) {
    struct parts in = {bytes, bytes + n};
    char *path = parts_next(&in), *header = parts_next(&in), *body = parts_next(&in), *value = parts_next(&in), *reason;
    const struct dialect_fields fields = {value, 4629, value, value, value, value, value};
    struct dialect dialect;

    dialect_from_builtin(&dialect, 0);
    xreplace(&dialect.path, path);
    xreplace(&dialect.body, *body ? body : NULL);
    dialect.headers = xcalloc(1, sizeof *dialect.headers);
    dialect.headers[0] = xstrdup(header);
    dialect.header_count = 1;
    reason = dialect_error(&dialect);
    if (!reason)
        fill(&dialect, &fields);
    stays(value);
    free(reason);
    dialect_release(&dialect);
    free(path);
    free(header);
    free(body);
    free(value);
}
