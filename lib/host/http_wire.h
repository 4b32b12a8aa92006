#ifndef MC_HTTP_WIRE_H
#define MC_HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "rules/answer.h"

struct argv;

/* One exchange: what a pickup asks mc-http for, and what comes of it. */
struct http_request {
    const char *program; /* path of mc-http */
    const char *method;
    const char *url;
    const struct argv *headers; /* "Name: value" */
    const char *body;           /* NULL: none */
    size_t body_len;
    const char *token; /* NULL: none; sent as Authorization: Bearer */
    const char *ca_file;
    int64_t connect_timeout_ms;
    int64_t timeout_ms;
};
struct http_reply {
    enum transfer transfer;
    int status;
    char *content_type;
    char *retry_after;
    struct text body;
    char *detail; /* the library's words for a failed transfer */
};
void http_reply_release(struct http_reply *reply);

/* What goes between a pickup and mc-http: fields "name length\n" + bytes + "\n", and "end 0\n\n" last.
 * Request: method, url, header (any number), body (absent: none), ca_file, connect_timeout_ms, timeout_ms, token.
 * Reply: transfer, status, content_type, retry_after, detail, body. Unknown fields are an error. */
enum {
    HTTP_REQUEST_MAX = 16 * 1024 * 1024, /* the whole request in wire form */
    HTTP_BODY_MAX = 1024 * 1024,         /* of a reply */
    HTTP_HEADERS_MAX = 64 * 1024,        /* of a reply, all together */
    HTTP_REPLY_MAX = HTTP_BODY_MAX + 2 * HTTP_HEADERS_MAX
};

/* The token is put last, so that no copy of it is left behind where the text grew. */
void http_wire_put_request(struct text *out, const struct http_request *request);

/* Reads in place: the request's strings stand in the bytes, each with a NUL behind it; headers collects copies. */
bool http_wire_get_request(struct http_request *request, struct argv *headers, char *bytes, size_t n);

void http_wire_put_reply(struct text *out, const struct http_reply *reply);
bool http_wire_get_reply(struct http_reply *reply, char *bytes, size_t n);

#endif
