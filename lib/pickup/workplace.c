#include "pickup/workplace.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git_remote.h"
#include "pickup/ready.h"
#include "pickup/report.h"
#include "pickup/slot_swap.h"
#include "pickup/work.h"
#include "pickup/workplace_place.h"
#include "rules/branch.h"
#include "rules/workspace.h"
#include "run/base_own.h"
#include "run/hook.h"
#include "run/push_place.h"

static bool on_own_branch(const struct place *place) {
    const struct branch_of of = {.prefix = place->work->workspace->branch_prefix, .key = place->work->key};

    return place->facts.branch && branch_is_of(place->facts.branch, &of);
}

/* Beside the slot as long as it is new and after_create has not succeeded in it. */
static char *new_mark(const struct place *place) {
    return xasprintf("%s/.pool-%lld.new", place->hold.folder, (long long)place->work->slot.number);
}

/* Where there is nothing, a worktree is made first. */
static bool make(struct place *place, struct err *own) {
    const struct work *work = place->work;
    char *mark = new_mark(place);
    bool ok = true;

    if (work->workspace->hooks[HOOK_AFTER_CREATE].count)
        files_touch(mark);
    ok = git_tree_add(&place->hold.git, work->slot.path, place->base.oid, own);
    if (ok)
        workplace_find(place);
    free(mark);
    return ok;
}

/* A git that was ended in it, for no fault of the slot's: another one, and this one stays what it is. */
static enum try_end pass_over(struct place *place, struct err *own, struct err *err) {
    if (own->text)
        xreplace(&place->work->passed_over, own->text);
    err_release(own);
    return slot_swap(place->work, NULL, err) ? TRY_NEXT : TRY_STOPPED;
}

static enum try_end not_made(struct place *place, struct err *own, struct err *err) {
    const struct slot_ruling entry = slot_rule_entry();

    return own->code == MC_DATAERR ? workplace_set_aside(place, &entry, own, err)
                                   : workplace_stop(place->work, own, true);
}

/* Found, made where it is missing, looked at, ruled on. */
static enum try_end check(struct place *place, struct err *err) {
    struct work *work = place->work;
    struct slot_ruling ruling;
    struct err own = {0};

    workplace_find(place);
    if ((place->facts.place == SLOT_AT_NOTHING || place->facts.place == SLOT_AT_EMPTY) && !make(place, &own))
        return not_made(place, &own, err);
    if (place->facts.place == SLOT_AT_TREE && !git_tree_look(&place->tree, &place->facts, &place->changes, &own))
        ruling = slot_rule_failed(own.code);
    else
        ruling =
            slot_rule(&(struct slot_asked){.facts = &place->facts, .own_branch = on_own_branch(place), .starts = true});
    if (ruling.end == SLOT_READY && !git_tree_unlock(&place->tree, work->run_id, &own))
        ruling = slot_rule_failed(own.code);
    if (ruling.end == SLOT_READY)
        return TRY_READY;
    if (ruling.end != SLOT_WAIT)
        return workplace_set_aside(place, &ruling, &own, err);
    if (!own.text)
        return workplace_not_told(place, &ruling);
    return own.code == MC_TEMPFAIL ? pass_over(place, &own, err) : workplace_stop(work, &own, true);
}

static enum try_end record(struct place *place, struct err *err) {
    struct work *work = place->work;
    bool changed;

    if (!ready_record(&(struct ready){work, place->branch, &place->base}, &changed, err))
        return TRY_STOPPED;
    if (!changed)
        return slot_lost(work), TRY_STOPPED;
    xreplace(&work->slot.branch, place->branch);
    if (work->told)
        report_warn(work->report, "%s: %s", work->key, work->told);
    return TRY_READY;
}

static bool call_hook(const struct place *place, enum hook hook, struct err *own) {
    struct work *work = place->work;

    return hook_run(work->site,
                    &(struct hook_call){.workspace = work->workspace,
                                        .hook = hook,
                                        .ticket_id = work->ticket.id,
                                        .run_id = work->run_id,
                                        .slot = work->slot.path,
                                        .branch = place->branch},
                    own);
}

static enum try_end call_hooks(struct place *place) {
    struct err own = {0};
    char *mark = new_mark(place);
    bool ok = !files_exists(mark) || call_hook(place, HOOK_AFTER_CREATE, &own);

    if (ok)
        files_remove(mark);
    ok = ok && call_hook(place, HOOK_BEFORE_RUN, &own);
    free(mark);
    return ok ? TRY_READY : workplace_stop(place->work, &own, false);
}

static enum seen still_on_branch(const struct place *place) {
    if (place->facts.place == SLOT_AT_UNKNOWN)
        return SEEN_UNKNOWN;
    return place->facts.place == SLOT_AT_TREE ? git_tree_on(&place->tree, place->branch) : SEEN_NO;
}

/* By resolved paths once more: an agent is started there in a moment. What hooks have left out stays so. */
static enum try_end check_again(struct place *place) {
    struct err own = {0};
    enum seen on;

    workplace_find(place);
    on = still_on_branch(place);
    if (on == SEEN_YES)
        return git_tree_note_sparse(&place->tree, &own) ? TRY_READY : workplace_stop(place->work, &own, true);
    if (on == SEEN_UNKNOWN) {
        workplace_unknown(place, &own);
        return workplace_stop(place->work, &own, true);
    }
    err_set(&own, MC_UNAVAILABLE, "slot %s is not on its branch %s any more after its hooks", place->work->slot.name,
            place->branch);
    err_advise(&own, "mend the \"hooks\" of workspace %s: they leave the slot on the branch that it is on",
               place->work->workspace->name);
    return workplace_stop(place->work, &own, false);
}

/* Before its agent can lead it elsewhere. */
static bool note_push(const struct place *place, struct err *err) {
    struct work *work = place->work;

    return push_place_note(
        &(struct push_way){.site = work->site, .git = &place->hold.git, .workspace = work->workspace}, err);
}

static enum try_end prepare(struct place *place, struct err *err) {
    struct work *work = place->work;
    struct err own = {0};
    enum try_end end;

    switch (slot_hold(work->site, &work->slot, &place->hold, &own)) {
    case HOLD_OURS:
        break;
    case HOLD_BUSY:
        return pass_over(place, &own, err);
    case HOLD_FAILED: /* nobody was in it */
        if (slot_give_up(work, err))
            return workplace_stop(work, &own, true);
        err_release(&own);
        return TRY_STOPPED;
    }
    if (!base_find(&(struct base_asked){work->site, &place->hold.git, work->workspace}, &place->base, &own))
        return workplace_stop(work, &own, true);
    if (!note_push(place, err))
        return TRY_STOPPED;
    end = check(place, err);
    if (end == TRY_READY)
        end = workplace_begin(place, err);
    if (end == TRY_READY)
        end = record(place, err);
    if (end == TRY_READY)
        end = call_hooks(place);
    return end == TRY_READY ? check_again(place) : end;
}

bool workplace_prepare(struct work *work, struct err *err) {
    enum try_end end = work->slot.name ? TRY_NEXT : TRY_READY;

    for (int64_t tries = 0; end == TRY_NEXT; tries++) {
        struct place place = {.work = work};

        if (tries >= work->workspace->size) /* one that is passed over is still free */
            return slot_none(work, err);
        end = prepare(&place, err);
        workplace_release(&place);
    }
    return end == TRY_READY;
}
