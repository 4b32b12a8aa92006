#include <stdio.h>

#include "base/clean.h"
#include "base/err.h"
#include "call.h"
#include "desk/changes.h"
#include "keys.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "stuck.h"

enum { GLANCE_MS = 3000 };

/* Whoever cancels is told what waits for it for ever now. */
static void warn_stuck(struct call *call, const struct desk_result *result) {
    struct stuck_list list = {0};
    struct err err = {0};

    (void)stuck_behind(call->site.board, result->ticket, &list, &err);
    stuck_warn(call, &list, &err);
}

static void warn(const struct text *line) {
    struct text clean = {0};

    clean_escape(&clean, text_str(line), line->len);
    fprintf(stderr, "mc-ticket: %s\n", text_str(&clean));
    text_release(&clean);
}

static void say_loose(const char *key, const struct changes *changes, size_t files) {
    const struct run *run = changes->run;
    struct text line = {0};

    if (files) {
        text_addf(&line,
                  "%s: %zu file%s not committed: not on branch %s, but kept for the ticket's next run; mc-ticket "
                  "diff %s",
                  key, files, files == 1 ? " is" : "s are", run->branch, key);
        warn(&line);
    }
    for (size_t i = 0; i < changes->slots.count; i++) {
        if (!changes->strays[i].yes || changes->slots.items[i].state != SLOT_CLAIMED)
            continue;
        text_clear(&line);
        text_addf(&line, "%s: ", key);
        stray_say(&line, &changes->strays[i], run->base);
        text_addf(&line, ", not on branch %s; mc-ticket diff %s", run->branch, key);
        warn(&line);
    }
    text_release(&line);
}

/* Whoever approves is told what the branch has not got. It is approved already: what cannot be told stops nothing. */
static void warn_loose(struct call *call, const struct desk_result *result) {
    struct site *site = &call->site;
    struct changes changes = {0};
    struct run_list runs = {0};
    struct err err = {0};
    char key[KEY_SIZE];
    size_t files = 0;

    site_key(site, result->ticket, key);
    if (site->config.workspace_count && runs_of_ticket(site->board, result->ticket, &runs, &err) &&
        changes_find(site, &runs, &changes, &err) && changes_glance(&changes, GLANCE_MS, &files))
        say_loose(key, &changes, files);
    changes_release(&changes);
    run_list_release(&runs);
    err_release(&err);
}

static bool move_one(struct keys_work *work, int64_t ticket, struct desk_result *result, struct err *err) {
    const struct desk_order order = {.move = (enum move)work->which, .ticket = ticket, .text = work->text};

    return desk_move(&work->desk, &order, result, err);
}

static void warn_after(struct keys_work *work, const struct desk_result *result) {
    if (work->which == MOVE_APPROVE && result->changed)
        warn_loose(work->call, result);
    if (work->which == MOVE_CANCEL && result->changed)
        warn_stuck(work->call, result);
}

static bool move(struct call *call, enum move which, struct err *err) {
    enum keys_text text = which == MOVE_REJECT || which == MOVE_ANSWER ? KEYS_TEXT
                          : which == MOVE_BLOCK                        ? KEYS_REASON
                                                                       : KEYS_ALONE;
    const struct keys_job job = {.text = text, .which = (int)which, .act = move_one, .after = warn_after};

    return keys_run(call, &job, err);
}

bool command_promote(struct call *call, struct err *err) {
    return move(call, MOVE_PROMOTE, err);
}

bool command_approve(struct call *call, struct err *err) {
    return move(call, MOVE_APPROVE, err);
}

bool command_reject(struct call *call, struct err *err) {
    return move(call, MOVE_REJECT, err);
}

bool command_answer(struct call *call, struct err *err) {
    return move(call, MOVE_ANSWER, err);
}

bool command_block(struct call *call, struct err *err) {
    return move(call, MOVE_BLOCK, err);
}

bool command_reopen(struct call *call, struct err *err) {
    return move(call, MOVE_REOPEN, err);
}

bool command_cancel(struct call *call, struct err *err) {
    return move(call, MOVE_CANCEL, err);
}
