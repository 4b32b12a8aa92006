#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "run/notify.h"
#include "run/signalled.h"
#include "run/site.h"
#include "run/spool.h"
#include "run/told.h"

struct signalling {
    const struct desk_word *word;
    struct desk_deed *deed;
};

static bool signal_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    const struct signalling *signalling = subject;
    const struct desk_word *word = signalling->word;
    const struct signalled said = {.ticket = word->ticket,
                                   .run_id = word->run_id,
                                   .nonce = word->nonce,
                                   .word = word->word,
                                   .payload = word->payload,
                                   .by = desk->by};
    struct signalled_done done;
    bool ok = signalled_within(desk->site, &said, &done, err);

    *result = (struct desk_result){
        .ticket = word->ticket, .from = done.from, .to = done.to, .changed = done.changed, .say = done.say};
    signalling->deed->refused = done.refused;
    return ok;
}

bool desk_signal(struct desk *desk, const struct desk_word *word, struct desk_result *result, struct err *err) {
    struct signalling signalling = {.word = word};
    const char *const texts[] = {word->run_id, word->nonce ? word->nonce : "", signal_word_name(word->word),
                                 word->payload, NULL};
    struct desk_deed deed = {.run = signal_run, .subject = &signalling, .what = {"signal", word->ticket, texts}};
    bool ok;

    signalling.deed = &deed;
    ok = desk_transact(desk, &deed, result, err);
    if (ok && result->changed)
        notify_flush(desk->site);
    return ok;
}

bool desk_signal_leave(const struct desk *desk, const struct desk_word *word, struct err *err) {
    struct told told = {.kind = TELL_SIGNAL,
                        .at = clock_here(),
                        .tick = clock_monotonic(),
                        .ticket = word->ticket,
                        .word = word->word,
                        .detail = xstrdup(word->payload)};
    bool ok;

    if (word->nonce) {
        text_copy(told.nonces.all[0], sizeof told.nonces.all[0], word->nonce);
        told.nonces.count = 1;
    }
    told_stamp(&told, desk->site, word->run_id);
    ok = spool_leave(desk->site, word->run_id, &told, err);
    told_release(&told);
    return ok;
}
