#include "run/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_tree.h"
#include "host/handout.h"
#include "rules/workspace.h"
#include "run/aftermath.h"
#include "run/last_hook.h"
#include "run/notify.h"
#include "run/pool_branch.h"
#include "run/pool_glance.h"
#include "run/pool_keep.h"
#include "run/quarantine.h"
#include "run/site.h"
#include "run/slot_hold.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"

/* New files may come to light when a .gitignore that was uncommitted goes; and one may change while it is read. */
enum { PASSES = 4 };

/* One slot on its way back. */
struct returning {
    struct site *site;
    const struct slot *slot;
    struct pool_done *done;
    struct run run; /* its ticket's, too, of a slot that was set aside half ready, whose row names none */
    struct slot_hold hold;
    struct git_tree tree; /* of SLOT_AT_TREE */
    struct slot_facts facts;
    struct git_changes changes;
    struct slot_ruling ruling;
    struct pool_branch branch;
    bool pushes;    /* what is kept of it is to go to the remote, too, and nothing has been pushed yet */
    struct err why; /* what went wrong with it, beside the ruling */
};

static const struct slot_ruling out_of_reach = {SLOT_WAIT, "workspace", "its workspace is out of reach", NULL};

void pool_done_release(struct pool_done *done) {
    text_release(&done->line);
    text_release(&done->failed);
    *done = (struct pool_done){0};
}

static void forget_look(struct returning *back) {
    git_tree_release(&back->tree);
    slot_facts_release(&back->facts);
    git_changes_release(&back->changes);
}

static void returning_release(struct returning *back) {
    forget_look(back);
    slot_let_go(&back->hold);
    run_release(&back->run);
    err_release(&back->why);
}

static bool on_own_branch(const struct returning *back) {
    return pool_own_branch(back->site, &(struct pool_owner){back->hold.workspace, back->slot, &back->run},
                           back->facts.branch);
}

static void fail(struct returning *back) {
    back->ruling = slot_rule_failed(back->why.code);
}

static void look(struct returning *back) {
    const struct git_folder folder = {.pool = back->hold.folder, .path = back->slot->path};

    forget_look(back);
    git_tree_locate(&back->tree, &back->hold.git, &folder, &back->facts);
    if (!back->slot->branch && back->slot->head) /* its run had not begun: what is there is not of it */
        text_copy(back->facts.given, sizeof back->facts.given, back->slot->head);
    if (back->facts.place == SLOT_AT_TREE && !git_tree_look(&back->tree, &back->facts, &back->changes, &back->why))
        fail(back);
    else
        back->ruling = slot_rule(&(struct slot_asked){.facts = &back->facts, .own_branch = on_own_branch(back)});
}

static bool follow(struct returning *back, enum after_part part, bool *busy, struct err *err) {
    struct after_done after = {0};
    bool ok = aftermath_run(back->site, &(struct after_call){.run_id = back->slot->run_id, .part = part, .last = true},
                            &after, err);

    *busy = after.busy;
    last_hook_add(&back->done->failed, text_str(&after.hook));
    last_hook_add(&back->done->failed, text_str(&after.push));
    after_done_release(&after);
    return ok;
}

/* On a shared board all that can be had of a run is pushed, whatever its worktree has come to. */
static bool push_later(struct returning *back, struct err *err) {
    bool busy = false;

    return !back->pushes || follow(back, AFTER_PUSH, &busy, err);
}

/* What the run still owes, then before_remove: in a slot that is in order, and of a run that had begun. They may write
 * there: what they leave is looked at. */
static bool call_hooks(struct returning *back, bool *busy, struct err *err) {
    const struct workspace *workspace = back->hold.workspace;
    bool last = workspace->hooks[HOOK_BEFORE_REMOVE].count > 0;
    bool follows = workspace->hooks[HOOK_AFTER_RUN].count || workspace->push; /* most have neither */
    bool ok = true;

    *busy = false;
    back->pushes = workspace->push && back->slot->branch && back->slot->run_id && back->ruling.end != SLOT_WAIT &&
                   board_is_shared(back->site->board);
    if (back->facts.place != SLOT_AT_TREE || (back->ruling.end != SLOT_READY && back->ruling.end != SLOT_KEEP) ||
        !back->slot->branch || !back->slot->run_id)
        return true;
    back->pushes = back->pushes && back->ruling.end == SLOT_KEEP;
    if (back->run.owes || (workspace->push && !back->pushes))
        ok = follow(back, back->pushes ? AFTER_HOOK : AFTER_ALL, busy, err);
    if (ok && !*busy && last)
        ok = last_hook_run(&(struct last_hook){back->site, workspace, back->slot, &back->done->failed}, err);
    if (ok && (last || (back->run.owes && follows)))
        look(back);
    return ok;
}

static bool keep(struct returning *back, struct err *err) {
    struct pool_keep keep = {.site = back->site,
                             .slot = back->slot,
                             .tree = &back->tree,
                             .facts = &back->facts,
                             .changes = &back->changes,
                             .ticket = back->run.ticket_id,
                             .half = !back->slot->branch};
    enum keep_end end = KEEP_DONE;

    if (back->ruling.end == SLOT_KEEP && !pool_kept_before(&keep, &back->run, &back->why)) {
        fail(back);
        return true;
    }
    for (int pass = 1; back->ruling.end == SLOT_KEEP && pass <= PASSES; pass++) {
        end = pool_keep(&keep, &back->why);
        back->done->kept |= end == KEEP_DONE;
        back->done->late |= keep.late;
        if (end == KEEP_BOARD_FAILED || (end == KEEP_FAILED && (back->why.code != MC_DATAERR || pass == PASSES)))
            break;
        end = KEEP_DONE;
        err_release(&back->why);
        look(back);
    }
    if (end == KEEP_FAILED) {
        fail(back);
    } else if (end == KEEP_BOARD_FAILED) {
        *err = back->why;
        back->why = (struct err){0};
    } else if (back->ruling.end == SLOT_KEEP) {
        err_set(&back->why, MC_DATAERR, "its files change while they are kept");
        fail(back);
    }
    return end != KEEP_BOARD_FAILED;
}

/* What the next one finds: every file, no prompt, and no branch that a person could not check out elsewhere. */
static void leave(struct returning *back) {
    if (back->ruling.end == SLOT_MISSING) {
        git_tree_forget(&back->hold.git, back->slot->path);
        if (!git_tree_expendable(&back->hold.git, back->slot->path, &back->why))
            back->ruling = back->why.code == MC_DATAERR ? slot_rule_entry() : slot_rule_failed(back->why.code);
    }
    if (back->ruling.end != SLOT_READY)
        return;
    handout_clear(back->slot->path, NULL);
    if (!git_tree_fill_sparse(&back->tree, &back->why) ||
        (back->facts.branch && !git_tree_detach(&back->tree, &back->why)))
        fail(back);
}

static bool look_at_branch(struct returning *back, struct err *err) {
    if (back->ruling.end != SLOT_READY || !*back->run.run_id || !back->run.branch)
        return true;
    back->branch = (struct pool_branch){.site = back->site,
                                        .git = &back->hold.git,
                                        .slot = back->slot,
                                        .run = &back->run,
                                        .facts = &back->facts,
                                        .kept = back->run.preserved || back->done->kept,
                                        .alone = back->hold.workspace->push && board_is_shared(back->site->board)};
    return pool_branch_find(&back->branch, err);
}

static void write_line(struct returning *back) {
    slot_say(&back->done->line, &(struct slot_saying){.ruling = &back->ruling,
                                                      .facts = back->hold.git.program ? &back->facts : NULL,
                                                      .name = back->slot->name,
                                                      .path = back->slot->path,
                                                      .repo = back->hold.workspace ? back->hold.workspace->repo : "",
                                                      .why = back->why.text});
}

static struct slot_change change_of(const struct returning *back) {
    return (struct slot_change){
        .name = back->slot->name, .run_id = back->slot->run_id, .note = text_str(&back->done->line)};
}

/* Deleted by a hand: its commits are in the repository, and nobody else has to be told. */
static bool tell_gone(struct returning *back, struct err *err) {
    const struct slot *slot = back->slot;
    const struct journal_look look = {.ticket_id = slot->ticket_id, .run_id = slot->run_id, .kind = "gone"};
    char *body;
    bool said = false, ok;

    if (!slot->ticket_id || !slot->branch)
        return true;
    if (!journal_said(back->site->board, &look, &said, err) || said) /* when its agent was ended (pickup/uprooted.c) */
        return !err->text;
    body = xasprintf("%s: its folder was not there any more when it was given back; branch %s stands", slot->name,
                     slot->branch);
    text_add(&back->done->line, body);
    back->done->news = true;
    ok = journal_add(back->site->board,
                     &(struct journal_row){.ticket_id = slot->ticket_id,
                                           .run_id = slot->run_id,
                                           .author = "mc-pickup",
                                           .kind = "gone",
                                           .body = body,
                                           .now = clock_now()},
                     err);
    free(body);
    return ok;
}

static bool write_free(struct returning *back, bool *changed, struct err *err) {
    struct slot_change change = change_of(back);

    change.head = back->facts.place == SLOT_AT_TREE && *back->facts.head ? back->facts.head : NULL;
    back->done->end = POOL_FREED;
    return pool_branch_write(&back->branch, err) && slots_free(back->site->board, &change, changed, err) &&
           (!*changed || back->ruling.end != SLOT_MISSING || tell_gone(back, err));
}

/* Said once: what it waits for may differ from one minute to the next by a process's number. */
static bool write_wait(struct returning *back, bool *changed, struct err *err) {
    const struct slot_change change = change_of(back);
    char *same = xasprintf("%s: %s", back->slot->name, back->ruling.words);
    bool aside = back->slot->state == SLOT_QUARANTINED; /* what is to be rescued there stays noted */

    back->done->end = POOL_WAITS;
    back->done->news = aside || !back->slot->note || !text_starts(back->slot->note, same);
    *changed = true;
    free(same);
    return aside || !back->done->news || slots_note(back->site->board, &change, &back->done->news, err);
}

static bool write_aside(struct returning *back, bool *changed, struct err *err) {
    const struct slot_change change = change_of(back);
    const struct quarantine aside = {.slot = back->slot, .line = text_str(&back->done->line)};

    back->done->end = POOL_QUARANTINED;
    back->done->news = true;
    if (back->slot->state == SLOT_CLAIMED)
        return quarantine_write(back->site, &aside, changed, err);
    *changed = true;
    return slots_note(back->site->board, &change, &back->done->news, err);
}

static bool write_end(struct returning *back, bool *changed, struct err *err) {
    switch (back->ruling.end) {
    case SLOT_READY:
    case SLOT_MISSING:
        return write_free(back, changed, err);
    case SLOT_WAIT:
        write_line(back);
        return write_wait(back, changed, err);
    case SLOT_KEEP:
    case SLOT_ASIDE:
        write_line(back);
        return write_aside(back, changed, err);
    }
    return false;
}

static bool settle(struct returning *back, struct err *err) {
    struct board *board = back->site->board;
    bool changed = false;
    bool ok = board_begin(board, err) && write_end(back, &changed, err) && board_commit(board, err);

    if (!ok) {
        board_rollback(board);
        return false;
    }
    if (!changed)
        back->done->end = POOL_TAKEN;
    else if (back->done->end == POOL_QUARANTINED)
        notify_flush(back->site);
    return true;
}

/* Is the row as it was read, and nobody at work in it? */
static bool still_ours(struct returning *back, bool *ours, struct err *err) {
    struct slot now = {0};
    bool ok;

    if (back->slot->state == SLOT_CLAIMED)
        return slots_still_left(back->site->board, back->slot, ours, err);
    ok = slots_get(back->site->board, back->slot->name, &now, err);
    *ours = ok && now.name && now.state == back->slot->state && text_same(now.run_id, back->slot->run_id);
    slot_release(&now);
    return ok;
}

/* Nobody is at work in it, and the lock is ours: what a killed git has left there is in the way. */
static void unlock(struct returning *back) {
    const char *why = back->slot->run_id ? back->slot->run_id : "none";

    if (back->facts.place == SLOT_AT_TREE && (back->ruling.end == SLOT_READY || back->ruling.end == SLOT_KEEP) &&
        !git_tree_unlock(&back->tree, why, &back->why))
        fail(back);
}

static bool give_back(struct returning *back, struct err *err) {
    bool ours = false, busy = false;

    if (!still_ours(back, &ours, err))
        return false;
    if (!ours) {
        back->done->end = POOL_TAKEN;
        return true;
    }
    look(back);
    if (!call_hooks(back, &busy, err))
        return false;
    if (busy) { /* what follows its last turn is under way */
        back->done->end = POOL_BUSY;
        return true;
    }
    unlock(back);
    if (!keep(back, err) || !push_later(back, err))
        return false;
    leave(back);
    return look_at_branch(back, err) && settle(back, err);
}

bool pool_return(struct site *site, const struct slot *slot, struct pool_done *done, struct err *err) {
    struct returning back = {.site = site, .slot = slot, .done = done};
    bool ok = !slot->run_id || runs_get(site->board, slot->run_id, &back.run, err);

    *done = (struct pool_done){0};
    if (!ok)
        return false;
    switch (slot_hold(site, slot, &back.hold, &back.why)) {
    case HOLD_OURS:
        ok = give_back(&back, err);
        break;
    case HOLD_BUSY:
        done->end = POOL_BUSY;
        break;
    case HOLD_FAILED:
        back.ruling = out_of_reach;
        ok = settle(&back, err);
        break;
    }
    returning_release(&back);
    return ok;
}

bool pool_release(struct site *site, const char *name, struct pool_done *done, struct err *err) {
    struct slot slot = {0};
    bool left = true, anew;
    bool ok = slots_get(site->board, name, &slot, err);

    *done = (struct pool_done){.end = POOL_FREE_ALREADY};
    if (ok && !slot.name)
        ok = err_set(err, MC_NOINPUT, "no slot %s", name) || err_advise(err, "see mc-ticket pool");
    anew = ok && slot_say_deleted(site, &slot);
    if (ok && slot.state == SLOT_CLAIMED)
        ok = slots_still_left(site->board, &slot, &left, err);
    if (ok && !left)
        done->end = POOL_HELD;
    else if (ok && slot.state != SLOT_FREE)
        ok = pool_return(site, &slot, done, err);
    else if (ok && anew)
        text_add(&done->line, "its pool is made anew");
    slot_release(&slot);
    return ok;
}
