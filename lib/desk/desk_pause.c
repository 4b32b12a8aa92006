/* Nothing is claimed until a person says so again. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "desk/waits.h"
#include "rules/paused.h"
#include "run/site.h"
#include "store/journal.h"

static const char row[] = "paused";

static bool write_row(struct desk *desk, const char *reason, struct err *err) {
    struct text value = {0};
    bool ok;

    paused_write(&value, desk->now, desk->by, reason);
    ok = settings_put(desk->site->board, row, text_str(&value), err);
    text_release(&value);
    return ok;
}

struct pausing {
    const char *reason;
};

static bool pause_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    const struct pausing *pausing = subject;
    char *words = NULL;
    bool ok = waits_pause(desk->site->board, &words, err);

    if (ok && words)
        result->say = xasprintf("the board is already %s; mc-ticket resume ends that", words);
    else if (ok) {
        ok = write_row(desk, pausing->reason, err);
        result->changed = true;
        result->say = xstrdup("the board is paused: agents at work go on, and nothing new is begun until mc-ticket "
                              "resume");
    }
    free(words);
    return ok;
}

static bool resume_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    char *words = NULL;
    bool ok = waits_pause(desk->site->board, &words, err);

    (void)subject;
    if (ok && words) {
        ok = settings_put(desk->site->board, row, NULL, err);
        result->changed = true;
        result->say = xasprintf("the board goes on; it was %s", words);
    } else if (ok)
        result->say = xstrdup("the board is not paused");
    free(words);
    return ok;
}

bool desk_pause(struct desk *desk, const char *reason, struct desk_result *result, struct err *err) {
    const char *const texts[] = {reason ? reason : "", NULL};
    struct pausing pausing = {reason};
    struct desk_deed deed = {.run = pause_run, .subject = &pausing, .what = {"pause", 0, texts}};

    return desk_transact(desk, &deed, result, err);
}

bool desk_resume(struct desk *desk, struct desk_result *result, struct err *err) {
    struct desk_deed deed = {.run = resume_run, .what = {"resume", 0, NULL}};

    return desk_transact(desk, &deed, result, err);
}
