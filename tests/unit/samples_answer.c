/* What an endpoint answers: of two bytes status and dialect, then type, Retry-After, and the body. */
#include "fuzz/parts.h"
#include "samples.h"

#include "rules/answer.h"
#include "rules/classes.h"
#include "rules/dialect.h"
#include "rules/words.h"

static const int statuses[] = {200, 409, 503, 429, 202, 204, 400, 401, 404, 500, 302, 100, 0, 599, 999};
enum { STATUSES = sizeof statuses / sizeof *statuses };

static void sample(const char *bytes, size_t n, struct text *out) {
    size_t head = n < 2 ? n : 2;
    struct parts in = {bytes + head, bytes + n};
    unsigned a = n > 0 ? (unsigned char)bytes[0] : 0, b = n > 1 ? (unsigned char)bytes[1] : 0;
    char *type = parts_next(&in), *after = parts_next(&in);
    struct reply reply = {.transfer = b % 16 ? TRANSFER_DONE : (enum transfer)(b / 16 % TRANSFER_COUNT),
                          .status = statuses[a % STATUSES],
                          .content_type = type,
                          .retry_after = *after ? after : NULL,
                          .body = in.at,
                          .body_len = (size_t)(in.end - in.at),
                          .nonce = "MC_TICKET_TURN:4629:1779942042145:e519f820",
                          .run_id = "0123456789abcdef0123456789abcdef",
                          .ticket = "MC-4629",
                          .now = INT64_C(1779942042145)};
    struct dialect dialect;
    struct answer answer;

    dialect_from_builtin(&dialect, a / STATUSES % dialect_builtin_count());
    answer_read(&answer, &dialect, &reply);
    text_addf(out, "%s %d %s: %s, pause %lld, busy %d %d\n%s", dialect.name, reply.status,
              transfer_name(reply.transfer), send_class_name(answer.class), (long long)answer.pause_ms,
              answer_status_busy(&dialect, NULL, reply.body, reply.body_len),
              answer_status_busy(&dialect, "ses_1", reply.body, reply.body_len), answer.detail);
    dialect_release(&dialect);
    free(type);
    free(after);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "answer", sample);
}
