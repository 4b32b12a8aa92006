/* What an endpoint answers: of two bytes status and dialect, then type, Retry-After, and the body. */
#include "rules/answer.h"

#include "fuzz.h"
#include "parts.h"
#include "rules/answer_pause.h"
#include "rules/classes.h"
#include "rules/dialect.h"
#include "rules/words.h"

const struct fuzz_shape fuzz_shape = {"", " ", "", true};

static const int statuses[] = {200, 409, 503, 429, 202, 204, 400, 401, 404, 500, 302, 100, 0, 599, 999};
enum { STATUSES = sizeof statuses / sizeof *statuses };

/* An answer that is not understood sends nothing a second time, and none is taken for a turn but a success. */
static void is_safe(const struct answer *answer, const struct reply *reply) {
    bool success = reply->status >= 200 && reply->status <= 299;
    bool taken = answer->class == CLASS_SENT || answer->class == CLASS_ALREADY_SENT;

    fuzz_is_line(answer->detail);
    HOLDS(answer->pause_ms >= 0 && answer->pause_ms <= ANSWER_PAUSE_LONGEST);
    HOLDS(answer->class != CLASS_SENT || (success && reply->transfer == TRANSFER_DONE));
    HOLDS(!taken || success || reply->status == 409);
    HOLDS(reply->transfer == TRANSFER_DONE || !taken);
    HOLDS(answer->class != CLASS_FOREIGN || reply->status == 409);
}

static void busy(const struct dialect *dialect, const char *body, size_t n) {
    int whole = answer_status_busy(dialect, NULL, body, n), one = answer_status_busy(dialect, "ses_1", body, n);

    HOLDS(whole >= SEEN_UNKNOWN && whole <= SEEN_NO && one >= SEEN_UNKNOWN && one <= SEEN_NO);
    HOLDS(dialect->status_busy || (whole != SEEN_YES && one != SEEN_YES));
}

void fuzz_one(const char *bytes, size_t n) {
    size_t head = n < 2 ? n : 2;
    struct parts in = {bytes + head, bytes + n};
    unsigned a = n > 0 ? (unsigned char)bytes[0] : 0, b = n > 1 ? (unsigned char)bytes[1] : 0;
    char *type = parts_next(&in), *after = parts_next(&in);
    const char *body = in.at;
    struct reply reply = {.transfer = b % 16 ? TRANSFER_DONE : (enum transfer)(b / 16 % TRANSFER_COUNT),
                          .status = statuses[a % STATUSES],
                          .content_type = type,
                          .retry_after = *after ? after : NULL,
                          .body = body,
                          .body_len = (size_t)(in.end - in.at),
                          .nonce = "MC_TICKET_TURN:4629:1779942042145:e519f820",
                          .run_id = "0123456789abcdef0123456789abcdef",
                          .ticket = "MC-4629",
                          .now = INT64_C(1779942042145)};
    struct dialect dialect;
    struct answer answer;

    dialect_from_builtin(&dialect, a / STATUSES % dialect_builtin_count());
    answer_read(&answer, &dialect, &reply);
    is_safe(&answer, &reply);
    busy(&dialect, body, reply.body_len);
    dialect_release(&dialect);
    free(type);
    free(after);
}
