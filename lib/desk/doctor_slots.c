#include "desk/doctor_slots.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "desk/slot_view.h"
#include "host/files.h"
#include "host/git_tree.h"
#include "store/slots.h"
#include "store/tickets.h"

/* Where a slot is, or would be. */
struct place {
    const char *name, *path, *repo;
    const struct slot_facts *facts;
};

/* What stands there is not the slot's. */
static void say_taken(struct doctor *doctor, const struct place *place) {
    const struct slot_ruling ruling = slot_rule(&(struct slot_asked){.facts = place->facts, .starts = true});
    const struct slot_saying saying = {
        .ruling = &ruling, .facts = place->facts, .name = place->name, .path = place->path, .repo = place->repo};
    struct text words = {0};

    slot_say_rescue(&words, &saying);
    DOCTOR_ADD(doctor->report, FOUND_SLOT_WRONG, place->name, text_str(&words));
    text_release(&words);
}

static bool is_taken(struct doctor *doctor, const struct place *place) {
    const enum slot_place at = place->facts->place;

    if (at == SLOT_AT_NOTHING || at == SLOT_AT_EMPTY || at == SLOT_AT_TREE)
        return false;
    if (place->facts->repairable)
        DOCTOR_ADD(doctor->report, FOUND_SLOT_UNLINKED, place->name, place->path, place->repo);
    else
        say_taken(doctor, place);
    return true;
}

/* Its branch stands; where its run is not over, no slot is released. */
static void say_lost(struct doctor *doctor, const struct slot *slot) {
    struct board *board = doctor->site.board;
    struct ticket ticket = {0};
    struct err ignored = {0};
    char key[KEY_SIZE];
    bool left;

    if (!slot->ticket_id || !slots_still_left(board, slot, &left, &ignored) || left ||
        !tickets_line(board, slot->ticket_id, &ticket, &ignored)) {
        DOCTOR_ADD(doctor->report, FOUND_SLOT_LOST, slot->name, NULL, NULL, doctor->ticket);
    } else {
        site_key(&doctor->site, slot->ticket_id, key);
        DOCTOR_ADD(doctor->report, ticket.status == TICKET_IN_PROGRESS ? FOUND_SLOT_LOST_WORKS : FOUND_SLOT_LOST_RESTS,
                   slot->name, key, NULL, doctor->ticket);
    }
    ticket_release(&ticket);
    err_release(&ignored);
}

/* The same of one that is made, of which no note speaks. */
static bool check_place(struct doctor *doctor, const struct slot_view *view) {
    const struct slot_facts *facts = &view->facts;
    const struct slot *slot = &view->slot;
    char *stranger;

    if (is_taken(doctor, &(struct place){slot->name, slot->path, view->workspace->repo, facts}))
        return false;
    if (slot->state == SLOT_CLAIMED && facts->place != SLOT_AT_TREE && slot->branch) {
        say_lost(doctor, slot);
        return false;
    }
    if (slot->state != SLOT_FREE || view->stranger <= 0)
        return true;
    stranger = xasprintf("%lld", (long long)view->stranger);
    DOCTOR_ADD(doctor->report, FOUND_SLOT_USED, slot->name, stranger, facts->program);
    free(stranger);
    return false;
}

/* True: there is nothing to say of it. */
static bool check_slot(struct doctor *doctor, const struct slot_view *view) {
    const struct slot *slot = &view->slot;

    if (slot->state == SLOT_QUARANTINED)
        DOCTOR_ADD(doctor->report, FOUND_SLOT_ASIDE, slot->name, slot->note ? slot->note : "", NULL, doctor->ticket);
    else if (view->surplus && !doctor->orphaned && !doctor->config_wrong)
        DOCTOR_ADD(doctor->report, FOUND_SLOT_SURPLUS, slot->name, view->surplus, NULL, doctor->ticket);
    else
        return doctor->orphaned || view->why || check_place(doctor, view);
    return false;
}

static void say_slots(struct doctor *doctor, const struct workspace *workspace, const struct slot_views *views) {
    size_t claimed = 0, made = 0;
    char *words;

    for (size_t i = 0; i < views->count; i++) {
        if (views->items[i].workspace != workspace)
            continue;
        made++;
        claimed += views->items[i].slot.state == SLOT_CLAIMED;
    }
    words = xasprintf("%zu made, %zu with an agent", made, claimed);
    DOCTOR_ADD(doctor->report, FOUND_SLOTS, workspace->name, words);
    free(words);
}

static bool is_made(const struct slot_views *views, const struct workspace *workspace, int64_t number) {
    bool is = false;

    for (size_t i = 0; i < views->count; i++)
        is = is || (views->items[i].workspace == workspace && views->items[i].slot.number == number);
    return is;
}

/* What stands where a slot is yet to be made: a pickup would set that slot aside. */
static bool check_unmade(struct doctor *doctor, const struct workspace *workspace, const struct slot_views *views) {
    char *pool = site_pool(&doctor->site, workspace);
    struct git git = {0};
    struct err err = {0};
    bool open = git_open(&git, workspace->repo, &err), fine = true; /* which is told as the workspace's */

    for (int64_t number = 1; open && number <= workspace->size; number++) {
        char *path = xasprintf("%s/pool-%lld", pool, (long long)number), *name = slots_name(workspace->name, number);
        const struct git_folder folder = {.pool = pool, .path = path};
        struct slot_facts facts = {0};
        struct git_tree tree = {0};

        if (files_exists(path) && !is_made(views, workspace, number)) {
            facts.place = git_tree_find(&tree, &git, &folder);
            git_tree_strange(&git, &folder, &facts);
            fine = !is_taken(doctor, &(struct place){name, path, workspace->repo, &facts}) && fine;
        }
        slot_facts_release(&facts);
        git_tree_release(&tree);
        free(name);
        free(path);
    }
    err_release(&err);
    git_release(&git);
    free(pool);
    return fine;
}

bool doctor_slots(struct doctor *doctor, struct err *err) {
    const struct config *config = &doctor->site.config;
    struct slot_views views = {0};
    bool ok = slot_views_read(&doctor->site, &views, err), fine = true;

    for (size_t i = 0; ok && i < views.count; i++)
        fine = check_slot(doctor, &views.items[i]) && fine;
    for (size_t i = 0; ok && i < config->workspace_count; i++)
        fine = check_unmade(doctor, &config->workspaces[i], &views) && fine;
    for (size_t i = 0; ok && fine && i < config->workspace_count; i++)
        say_slots(doctor, &config->workspaces[i], &views);
    slot_views_release(&views);
    return ok;
}
