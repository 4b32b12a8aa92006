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

/* "MC-1: WORDS branch B; mc-ticket diff MC-1" */
static void warn(const char *key, const struct changes *changes, const char *words) {
    struct text line = {0}, clean = {0};

    text_addf(&line, "%s: %s branch %s; mc-ticket diff %s", key, words, changes->run->branch, key);
    clean_escape(&clean, text_str(&line), line.len);
    fprintf(stderr, "mc-ticket: %s\n", text_str(&clean));
    text_release(&clean);
    text_release(&line);
}

static void say_slot(const char *key, const struct changes *changes, size_t i) {
    const struct slot *slot = &changes->slots.items[i];
    struct text line = {0};

    if (slot->state == SLOT_QUARANTINED && slot->branch) { /* without one it was set aside before an agent was there */
        text_addf(&line, "%s is in quarantine, and what is in there may not be on", slot->name);
    } else if (changes->strays && changes->strays[i].yes) {
        stray_say(&line, &changes->strays[i], changes->run->base);
        text_add(&line, ", not on");
    }
    if (line.len)
        warn(key, changes, text_str(&line));
    text_release(&line);
}

/* What the branch has not got. What becomes of it is not promised: that is seen when its worktree is given back. */
static void say_loose(const char *key, struct changes *changes) {
    struct text line = {0};
    size_t files;

    if (!changes_glance(changes, GLANCE_MS, &files))
        warn(key, changes, "its worktree cannot be looked at now, and what is in there may not be on");
    if (files) {
        text_addf(&line, "%zu file%s not committed: not on", files, files == 1 ? " is" : "s are");
        warn(key, changes, text_str(&line));
    }
    if (changes->run->preserved)
        warn(key, changes, "what was not committed when its worktree was given back is kept, but not on");
    for (size_t i = 0; i < changes->slots.count; i++)
        say_slot(key, changes, i);
    text_release(&line);
}

/* Whoever approves is told so. It is approved already: what cannot be told stops nothing. */
static void warn_loose(struct call *call, const struct desk_result *result) {
    struct site *site = &call->site;
    struct changes changes = {0};
    struct run_list runs = {0};
    struct err err = {0};
    char key[KEY_SIZE];

    site_key(site, result->ticket, key);
    if (site->config.workspace_count && runs_of_ticket(site->board, result->ticket, &runs, &err) &&
        changes_find(site, &runs, &changes, &err) && changes.run)
        say_loose(key, &changes);
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
