#ifndef MC_HTTP_H
#define MC_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "rules/answer.h"

struct argv;
struct err;

/* One HTTP exchange, done by the program mc-http (libexec): an idle pickup does not load libcurl, the token goes
 * through a pipe, and time and memory are bounded from outside as well. */
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

/* False only when mc-http itself could not be run (69/71); everything the network does is in the reply. */
bool http_exchange(const struct http_request *request, struct http_reply *reply, struct err *err);
void http_reply_release(struct http_reply *reply);

#endif
