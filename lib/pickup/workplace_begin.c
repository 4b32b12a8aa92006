#include "pickup/workplace_place.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_keep.h"
#include "pickup/slot_swap.h"
#include "pickup/work.h"
#include "pickup/workplace_plan.h"
#include "rules/workspace.h"
#include "run/pool_keep.h"

/* A branch main is in the way of each main/NAME. */
static void advise_prefix(const struct work *work, struct err *own) {
    err_advise(own, "choose another \"branch_prefix\" for workspace %s, or rename the branch that is in the way",
               work->workspace->name);
}

/* Its branch goes where the slot does not go to the run: the next slot needs the name. */
static bool take_back(struct place *place, struct err *own) {
    bool dropped;

    return git_tree_detach(&place->tree, own) && git_branch_drop(&place->hold.git, place->branch, &dropped, own) &&
           (dropped || err_set(own, MC_UNAVAILABLE, "branch %s could not be taken back", place->branch));
}

static enum try_end give_up(struct place *place, const struct slot_ruling *ruling, struct err *own, struct err *err) {
    if (!take_back(place, own))
        return workplace_stop(place->work, own, true);
    if (ruling->end != SLOT_WAIT)
        return workplace_set_aside(place, ruling, own, err);
    return own->text ? workplace_stop(place->work, own, true) : workplace_not_told(place, ruling);
}

static bool look_again(struct place *place, struct err *own) {
    workplace_find(place);
    if (place->facts.place != SLOT_AT_TREE)
        return place->facts.place == SLOT_AT_UNKNOWN
                   ? workplace_unknown(place, own)
                   : err_set(own, MC_UNAVAILABLE, "slot %s went while it was made ready", place->work->slot.name);
    return git_tree_look(&place->tree, &place->facts, &place->changes, own);
}

static enum try_end keep_left(struct place *place, struct err *err) {
    struct work *work = place->work;
    struct pool_keep keep = {.site = work->site,
                             .slot = &work->slot,
                             .tree = &place->tree,
                             .facts = &place->facts,
                             .changes = &place->changes,
                             .ticket = work->ticket.id,
                             .half = true,
                             .left = true};
    struct err own = {0};
    enum keep_end end = pool_kept_before(&keep, NULL, &own) ? pool_keep(&keep, &own) : KEEP_FAILED;
    struct slot_ruling ruling;

    if (end == KEEP_DONE)
        return TRY_READY;
    if (end == KEEP_BOARD_FAILED) {
        *err = own;
        return TRY_STOPPED;
    }
    ruling = slot_rule_failed(own.code);
    return give_up(place, &ruling, &own, err);
}

/* Another commit, other rules: submodules do not go along, and what git ignored until now it may show. */
static enum try_end clean_still(struct place *place, struct err *err) {
    static const struct slot_ruling submodule = {
        SLOT_ASIDE, "submodule_left",
        "a submodule or a repository that an earlier ticket has left there is not as its branch is",
        "where all in it is pushed $git submodule deinit -f --all gives it up; what is no submodule any more is to be "
        "moved away"};
    struct slot_asked asked = {.facts = &place->facts, .own_branch = true, .starts = true, .moved = true};
    enum try_end end = TRY_READY;
    struct slot_ruling ruling;
    struct err own = {0};

    if (strcmp(place->facts.head, place->starting.commit) == 0)
        return TRY_READY;
    for (; end == TRY_READY; asked.moved = false) {
        if (!look_again(place, &own))
            return workplace_stop(place->work, &own, true);
        ruling = slot_rule(&asked);
        if (ruling.end == SLOT_READY)
            return TRY_READY;
        if (place->facts.submodules || place->facts.nested)
            ruling = submodule;
        end = ruling.end == SLOT_KEEP ? keep_left(place, err) : give_up(place, &ruling, &own, err);
    }
    return end;
}

static bool starts_at_base(const struct place *place) {
    return strcmp(place->starting.commit, place->base.oid) == 0;
}

/* What git ignores there is in the way of this ticket's own work, and of nobody else's: the slot stays what it is. The
 * next may have none of it; where that has it, too, or there is none, it is the ticket that fails. */
static enum try_end leave_slot(struct place *place, struct err *own, struct err *err) {
    struct work *work = place->work;

    if (!work->in_the_way && slot_swap(work, NULL, err)) {
        work->in_the_way = true;
        err_release(own);
        return TRY_NEXT;
    }
    if (!work->in_the_way && !work->verdict.waits) {
        err_release(own);
        return TRY_STOPPED;
    }
    work->verdict.waits = NULL;
    return workplace_stop(work, own, false);
}

/* The files are there, or none of them: what is half put back is for a person to look at. */
static enum try_end not_restored(struct place *place, struct err *own, struct err *err) {
    const struct slot_ruling ruling = slot_rule_in_the_way();
    struct err look = {0};

    err_wrap(own, "its preserved work %.12s could not be put back", place->starting.restores);
    if (own->code != MC_CANTCREAT)
        return workplace_stop(place->work, own, false);
    if (!look_again(place, &look)) {
        err_release(own);
        return workplace_stop(place->work, &look, true);
    }
    if (place->facts.changed || place->facts.untracked)
        return give_up(place, &ruling, own, err);
    return take_back(place, own) ? leave_slot(place, own, err) : workplace_stop(place->work, own, true);
}

/* A slot's hook may make it in each of them. */
static void advise_either(struct err *own) {
    char *text = own->text, *advice = xstrdup(own->advice ? text + own->advice : "move away what is in its way");

    if (own->advice)
        text[own->advice - strlen("; ")] = '\0';
    err_advise(own, "take it out of its branch, or %s", advice);
    free(advice);
}

/* Its branch cannot go there. */
static enum try_end not_begun(struct place *place, struct err *own, struct err *err) {
    const struct slot_ruling ruling = slot_rule_in_the_way();
    struct work *work = place->work;

    if (own->code == MC_CANTCREAT)
        advise_prefix(work, own);
    if (own->code == MC_NOINPUT)
        err_advise(own, "move its branch to a commit without that");
    if (own->code != MC_DATAERR)
        return workplace_stop(work, own, own->code != MC_NOINPUT || starts_at_base(place));
    if (starts_at_base(place))
        return workplace_set_aside(place, &ruling, own, err);
    advise_either(own);
    err_wrap(own, "slot %s has in the way of the ticket's commit %.12s", work->slot.name, place->starting.commit);
    return leave_slot(place, own, err);
}

/* What git does with a clean worktree of ours. */
enum try_end workplace_begin(struct place *place, struct err *err) {
    struct work *work = place->work;
    struct text name = {0};
    struct err own = {0};
    enum try_end end;

    place->starting = (struct starting){.work = work, .tree = &place->tree, .base = place->base.oid};
    if (!starting_choose(&place->starting, &own, err))
        return err->text ? TRY_STOPPED : workplace_stop(work, &own, true);
    workplace_branch(work, &name);
    place->branch = text_take(&name);
    if (!git_tree_begin(&place->tree, &(struct git_branch){.name = place->branch, .start = place->starting.commit},
                        &own))
        return not_begun(place, &own, err);
    end = clean_still(place, err);
    if (end != TRY_READY)
        return end;
    if (*place->starting.restores && !git_restore(&place->tree, place->starting.restores, &own))
        return not_restored(place, &own, err);
    work->restored = *place->starting.restores;
    return TRY_READY;
}
