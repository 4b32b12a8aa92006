#ifndef MC_ANSWER_INPUT_H
#define MC_ANSWER_INPUT_H

#include <stdint.h>
#include <stdlib.h>

#include "parts.h"
#include "rules/answer.h"
#include "rules/dialect.h"

/* What an endpoint answers: of two bytes status and dialect, then type, Retry-After, and the body, which stays where it
 * is. */
struct answer_input {
    struct dialect dialect;
    struct reply reply;
    char *type, *after;
};

static inline void answer_input_read(struct answer_input *in, const char *bytes, size_t n) {
    static const int statuses[] = {200, 409, 503, 429, 202, 204, 400, 401, 404, 500, 302, 100, 0, 599, 999};
    enum { STATUSES = sizeof statuses / sizeof *statuses };
    size_t head = n < 2 ? n : 2;
    struct parts parts = {bytes + head, bytes + n};
    unsigned a = n > 0 ? (unsigned char)bytes[0] : 0, b = n > 1 ? (unsigned char)bytes[1] : 0;

    in->type = parts_next(&parts);
    in->after = parts_next(&parts);
    in->reply = (struct reply){.transfer = b % 16 ? TRANSFER_DONE : (enum transfer)(b / 16 % TRANSFER_COUNT),
                               .status = statuses[a % STATUSES],
                               .content_type = in->type,
                               .retry_after = *in->after ? in->after : NULL,
                               .body = parts.at,
                               .body_len = (size_t)(parts.end - parts.at),
                               .nonce = "MC_TICKET_TURN:4629:1779942042145:e519f820",
                               .run_id = "0123456789abcdef0123456789abcdef",
                               .ticket = "MC-4629",
                               .now = INT64_C(1779942042145)};
    dialect_from_builtin(&in->dialect, a / STATUSES % dialect_builtin_count());
}

static inline void answer_input_release(struct answer_input *in) {
    dialect_release(&in->dialect);
    free(in->type);
    free(in->after);
}

#endif
