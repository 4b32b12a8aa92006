/* What goes between a pickup and mc-http: each is foreign to the other. */
#include "host/http_wire.h"

#include "base/argv.h"
#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"", "", "end 0\n\n", false};

/* What was read is put, and reads as the same. */
static void requests(const char *bytes, size_t n) {
    char *copy = fuzz_copy(bytes, n);
    struct http_request request, again;
    struct argv headers = {0}, more = {0};
    struct text wire = {0};

    if (http_wire_get_request(&request, &headers, copy, n)) {
        HOLDS(request.method && request.url && request.timeout_ms > 0 && request.connect_timeout_ms > 0);
        HOLDS(!request.body || (request.body >= copy && request.body + request.body_len < copy + n));
        http_wire_put_request(&wire, &request);
        HOLDS(http_wire_get_request(&again, &more, wire.data, wire.len));
        HOLDS(fuzz_same(request.method, again.method) && fuzz_same(request.url, again.url));
        HOLDS(fuzz_same(request.token, again.token) && fuzz_same(request.ca_file, again.ca_file));
        HOLDS(request.timeout_ms == again.timeout_ms && request.connect_timeout_ms == again.connect_timeout_ms);
        HOLDS(!request.body == !again.body && request.body_len == again.body_len);
        HOLDS(!request.body || memcmp(request.body, again.body, request.body_len) == 0);
        HOLDS(headers.count == more.count);
    }
    argv_release(&headers);
    argv_release(&more);
    text_release(&wire);
    free(copy);
}

static void replies(const char *bytes, size_t n) {
    char *copy = fuzz_copy(bytes, n);
    struct http_reply reply, again;
    struct text wire = {0};

    if (http_wire_get_reply(&reply, copy, n)) {
        HOLDS(reply.transfer < TRANSFER_COUNT && reply.status >= 0 && reply.status <= 999);
        HOLDS(reply.body.len <= HTTP_BODY_MAX);
        http_wire_put_reply(&wire, &reply);
        HOLDS(http_wire_get_reply(&again, wire.data, wire.len));
        HOLDS(reply.transfer == again.transfer && reply.status == again.status);
        HOLDS(fuzz_same(reply.content_type, again.content_type) && fuzz_same(reply.retry_after, again.retry_after));
        HOLDS(fuzz_same(reply.detail, again.detail) && reply.body.len == again.body.len);
        HOLDS(memcmp(text_str(&reply.body), text_str(&again.body), reply.body.len) == 0);
        http_reply_release(&again);
    }
    http_reply_release(&reply);
    text_release(&wire);
    free(copy);
}

void fuzz_one(const char *bytes, size_t n) {
    requests(bytes, n);
    replies(bytes, n);
}
