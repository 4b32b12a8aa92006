#include "host/http_wire.h"

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"

static void put(struct text *out, const char *name, const char *bytes, size_t n) {
    text_addf(out, "%s %zu\n", name, n);
    text_addn(out, bytes, n);
    text_addc(out, '\n');
}

static void put_string(struct text *out, const char *name, const char *string) {
    if (string)
        put(out, name, string, strlen(string));
}

static void put_number(struct text *out, const char *name, int64_t value) {
    char *printed = xasprintf("%lld", (long long)value);
    put_string(out, name, printed);
    free(printed);
}

void http_wire_put_request(struct text *out, const struct http_request *request) {
    put_string(out, "method", request->method);
    put_string(out, "url", request->url);
    for (size_t i = 0; request->headers && i < request->headers->count; i++)
        put_string(out, "header", request->headers->items[i]);
    if (request->body)
        put(out, "body", request->body, request->body_len);
    put_string(out, "ca_file", request->ca_file);
    put_number(out, "connect_timeout_ms", request->connect_timeout_ms);
    put_number(out, "timeout_ms", request->timeout_ms);
    size_t room = (request->token ? strlen(request->token) : 0) + 64;
    if (out->cap < out->len + room && out->len + room < HTTP_REQUEST_MAX) {
        out->data = xrealloc(out->data, out->len + room);
        out->cap = out->len + room;
    }
    put_string(out, "token", request->token);
    put(out, "end", "", 0);
}

void http_wire_put_reply(struct text *out, const struct http_reply *reply) {
    put_string(out, "transfer", transfer_name(reply->transfer));
    put_number(out, "status", reply->status);
    put_string(out, "content_type", reply->content_type);
    put_string(out, "retry_after", reply->retry_after);
    put_string(out, "detail", reply->detail);
    put(out, "body", text_str(&reply->body), reply->body.len);
    put(out, "end", "", 0);
}

struct field {
    const char *name;
    char *bytes;
    size_t n;
};

/* Takes the next field out of *at, with a NUL behind its name and its bytes. */
static bool take(char **at, const char *end, struct field *field) {
    char *line = *at;
    char *newline = memchr(line, '\n', (size_t)(end - line));
    char *blank = newline ? memchr(line, ' ', (size_t)(newline - line)) : NULL;
    long long n = 0;
    if (!blank)
        return false;
    *newline = '\0';
    *blank = '\0';
    if (!text_to_int(blank + 1, 0, HTTP_REQUEST_MAX, &n) || n >= end - newline - 1 || newline[1 + n] != '\n')
        return false;
    newline[1 + n] = '\0';
    *field = (struct field){.name = line, .bytes = newline + 1, .n = (size_t)n};
    *at = newline + 2 + n;
    return true;
}

static bool is_string(const struct field *field) {
    return !memchr(field->bytes, '\0', field->n);
}

static bool get_number(const struct field *field, int64_t *value) {
    long long number = 0;
    bool ok = is_string(field) && text_to_int(field->bytes, 0, INT64_C(1) << 40, &number);
    *value = number;
    return ok;
}

static bool set_request(struct http_request *request, struct argv *headers, const struct field *field) {
    const struct {
        const char *name;
        const char **slot;
    } strings[] = {{"method", &request->method},
                   {"url", &request->url},
                   {"ca_file", &request->ca_file},
                   {"token", &request->token}};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        if (strcmp(field->name, strings[i].name) == 0) {
            *strings[i].slot = field->bytes;
            return is_string(field);
        }
    if (strcmp(field->name, "body") == 0) {
        request->body = field->bytes;
        request->body_len = field->n;
        return true;
    }
    if (strcmp(field->name, "header") == 0) {
        argv_add(headers, field->bytes);
        return is_string(field);
    }
    if (strcmp(field->name, "connect_timeout_ms") == 0)
        return get_number(field, &request->connect_timeout_ms);
    return strcmp(field->name, "timeout_ms") == 0 && get_number(field, &request->timeout_ms);
}

bool http_wire_get_request(struct http_request *request, struct argv *headers, char *bytes, size_t n) {
    char *at = bytes;
    struct field field;
    *request = (struct http_request){.headers = headers};
    while (take(&at, bytes + n, &field)) {
        if (strcmp(field.name, "end") == 0)
            return at == bytes + n && request->method && request->url && request->timeout_ms > 0 &&
                   request->connect_timeout_ms > 0;
        if (!set_request(request, headers, &field))
            return false;
    }
    return false;
}

static bool set_reply(struct http_reply *reply, const struct field *field) {
    int64_t number = 0;
    char **slot = strcmp(field->name, "content_type") == 0  ? &reply->content_type
                  : strcmp(field->name, "retry_after") == 0 ? &reply->retry_after
                  : strcmp(field->name, "detail") == 0      ? &reply->detail
                                                            : NULL;
    if (slot) {
        xreplace(slot, field->bytes);
        return is_string(field);
    }
    if (strcmp(field->name, "body") == 0)
        return field->n <= HTTP_BODY_MAX && text_addn(&reply->body, field->bytes, field->n);
    if (strcmp(field->name, "transfer") == 0) {
        int transfer = transfer_from(field->bytes);
        reply->transfer = (enum transfer)transfer;
        return transfer >= 0;
    }
    if (strcmp(field->name, "status") != 0 || !get_number(field, &number) || number > 999)
        return false;
    reply->status = (int)number;
    return true;
}

bool http_wire_get_reply(struct http_reply *reply, char *bytes, size_t n) {
    char *at = bytes;
    struct field field;
    bool whole = false, ok = true;
    *reply = (struct http_reply){.transfer = TRANSFER_DROPPED};
    while (ok && !whole && take(&at, bytes + n, &field)) {
        whole = strcmp(field.name, "end") == 0;
        ok = whole || set_reply(reply, &field);
    }
    whole = whole && at == bytes + n;
    if (!whole)
        http_reply_release(reply);
    return whole;
}

void http_reply_release(struct http_reply *reply) {
    free(reply->content_type);
    free(reply->retry_after);
    free(reply->detail);
    text_release(&reply->body);
    *reply = (struct http_reply){0};
}
