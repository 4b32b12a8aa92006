#include "pickup/workplace_place.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/text.h"
#include "pickup/slot_swap.h"
#include "pickup/work.h"
#include "rules/branch.h"
#include "rules/workspace.h"

static void forget_look(struct place *place) {
    git_tree_release(&place->tree);
    slot_facts_release(&place->facts);
    git_changes_release(&place->changes);
}

void workplace_release(struct place *place) {
    forget_look(place);
    slot_let_go(&place->hold);
    base_release(&place->base);
    starting_release(&place->starting);
    free(place->branch);
}

enum try_end workplace_stop(struct work *work, struct err *own, bool shared) {
    enum send_class class = CLASS_WORKSPACE_FAILED;

    if (own->code == MC_IOERR)
        class = CLASS_DISK_FULL;
    else if (own->code == MC_OSERR)
        class = CLASS_OS_ERROR;
    if (shared && class == CLASS_WORKSPACE_FAILED && !own->advice)
        err_advise(own, "mend that in %s, the \"repo\" of workspace %s, or correct \"repo\"", work->workspace->repo,
                   work->workspace->name);
    branch_hide_run(own->text, work->run_id); /* else no failure would be the one before */
    work->verdict.shared = shared;
    work_stop_by_err(work, class, own);
    err_release(own);
    return TRY_STOPPED;
}

enum try_end workplace_set_aside(struct place *place, const struct slot_ruling *ruling, struct err *own,
                                 struct err *err) {
    struct work *work = place->work;
    struct text line = {0};
    bool next;

    slot_say(&line, &(struct slot_saying){.ruling = ruling,
                                          .facts = &place->facts,
                                          .name = work->slot.name,
                                          .path = work->slot.path,
                                          .repo = work->workspace->repo,
                                          .why = own->text});
    next = slot_swap(work, text_str(&line), err);
    text_release(&line);
    err_release(own);
    return next ? TRY_NEXT : TRY_STOPPED;
}

void workplace_find(struct place *place) {
    const struct git_folder folder = {.pool = place->hold.folder, .path = place->work->slot.path};

    forget_look(place);
    git_tree_locate(&place->tree, &place->hold.git, &folder, &place->facts);
    if (place->work->slot.head)
        text_copy(place->facts.given, sizeof place->facts.given, place->work->slot.head);
}

static bool not_told(const struct place *place, const struct slot_ruling *ruling, struct err *own) {
    return err_set(own, MC_OSERR, "slot %s: %s", place->work->slot.name, ruling->words) ||
           err_advise(own, "%s", ruling->rescue);
}

enum try_end workplace_not_told(struct place *place, const struct slot_ruling *ruling) {
    struct err own = {0};

    not_told(place, ruling, &own);
    return workplace_stop(place->work, &own, true);
}

bool workplace_unknown(const struct place *place, struct err *own) {
    const struct slot_facts facts = {.place = SLOT_AT_UNKNOWN};
    const struct slot_ruling ruling = slot_rule(&(struct slot_asked){.facts = &facts, .starts = true});

    return not_told(place, &ruling, own);
}
