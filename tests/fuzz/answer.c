/* What an endpoint answers. */
#include "answer_input.h"

#include "fuzz.h"
#include "rules/answer_pause.h"
#include "rules/classes.h"
#include "rules/words.h"

const struct fuzz_shape fuzz_shape = {"", " ", "", true};

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
    struct answer_input in;
    struct answer answer;

    answer_input_read(&in, bytes, n);
    answer_read(&answer, &in.dialect, &in.reply);
    is_safe(&answer, &in.reply);
    busy(&in.dialect, in.reply.body, in.reply.body_len);
    answer_input_release(&in);
}
