#ifndef MC_PLACING_H
#define MC_PLACING_H

/* A repository, a pool and the rows about them, as far as making a slot ready asks them (samples_placing.c). Linked
 * with --wrap of what is asked. */
#include "asked.h"

#include "base/clock.h"
#include "host/git_keep.h"
#include "host/git_onto.h"
#include "host/git_remote.h"
#include "host/git_tree.h"
#include "rules/rows.h"
#include "rules/workspace.h"
#include "run/base_own.h"
#include "run/hook.h"
#include "run/kept.h"
#include "run/notify.h"
#include "run/pool_keep.h"
#include "run/push_place.h"
#include "run/quarantine.h"
#include "run/slot_hold.h"
#include "run/travel.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"

#define BEFORE "00000000000000000000000000000002"
#define OLDER "00000000000000000000000000000003"

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return INT64_C(1779942000000) + seen.now++;
}

enum slot_held __wrap_slot_hold(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err);
enum slot_held __wrap_slot_hold(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err) {
    (void)site;
    hold->lock = -1;
    hold->git.lock = -1;
    hold->folder = xstrdup("/pool");
    return ask("hold", slot->name, err) ? HOLD_OURS : cue_has("busy") ? HOLD_BUSY : HOLD_FAILED;
}

void __wrap_slot_let_go(struct slot_hold *hold);
void __wrap_slot_let_go(struct slot_hold *hold) {
    text_add(&seen.out, "let go\n");
    free(hold->folder);
}

bool __wrap_base_find(const struct base_asked *asked, struct base *base, struct err *err);
bool __wrap_base_find(const struct base_asked *asked, struct base *base, struct err *err) {
    *base = (struct base){.name = xstrdup("main"), .oid = "b0"};
    return ask("base", asked->workspace->name, err);
}

bool __wrap_push_place_note(const struct push_way *way, struct err *err);
bool __wrap_push_place_note(const struct push_way *way, struct err *err) {
    return ask("push_place", way->workspace->name, err);
}

void __wrap_git_tree_locate(struct git_tree *tree, const struct git *git, const struct git_folder *folder,
                            struct slot_facts *facts);
void __wrap_git_tree_locate(struct git_tree *tree, const struct git *git, const struct git_folder *folder,
                            struct slot_facts *facts) {
    int64_t found = seen.made ? SLOT_AT_TREE : cue_number("place", SLOT_AT_TREE);

    text_addf(&seen.out, "locates %s in %s\n", folder->path, folder->pool);
    if (cue_has("went") && seen.posts++ >= cue_number("went", 0))
        found = cue_has("blurred") ? SLOT_AT_UNKNOWN : SLOT_AT_NOTHING;
    *facts = (struct slot_facts){.place = (enum slot_place)found};
    tree->git = git;
    tree->admin = xstrdup("/admin");
}

static struct slot_facts facts(void) {
    return (struct slot_facts){.place = SLOT_AT_TREE,
                               .head = {'b', cue_has("apart") ? '1' : '0'},
                               .held = true,
                               .branch = cue_has("own") ? xstrdup("mc-1-fix-000000") : NULL,
                               .changed = (size_t)cue_number("changed", 0),
                               .process = cue_number("process", 0)};
}

bool __wrap_git_tree_look(const struct git_tree *tree, struct slot_facts *found, struct git_changes *changes,
                          struct err *err);
bool __wrap_git_tree_look(const struct git_tree *tree, struct slot_facts *found, struct git_changes *changes,
                          struct err *err) {
    char given[OID_SIZE];

    (void)tree, (void)changes;
    text_copy(given, sizeof given, found->given);
    *found = facts();
    text_copy(found->given, sizeof found->given, given);
    if (cue_has("again") && seen.looks++ > (cue_has("half") ? 1 : 0) && (!cue_has("cleaned") || seen.looks == 2)) {
        found->changed = (size_t)cue_number("again", 0);
        found->submodules = cue_has("modules");
        found->nested = cue_has("nested");
        found->process = cue_has("unsure") ? -1 : 0;
    }
    ASK("look", "given [%s]", given);
    return true;
}

bool __wrap_git_tree_add(const struct git *git, const char *path, const char *oid, struct err *err);
bool __wrap_git_tree_add(const struct git *git, const char *path, const char *oid, struct err *err) {
    (void)git;
    ASK("add", "%s at %s", path, oid);
    seen.made = true;
    return true;
}

bool __wrap_git_tree_unlock(const struct git_tree *tree, const char *why, struct err *err);
bool __wrap_git_tree_unlock(const struct git_tree *tree, const char *why, struct err *err) {
    (void)tree;
    return ask("unlock", why, err);
}

bool __wrap_git_tree_detach(const struct git_tree *tree, struct err *err);
bool __wrap_git_tree_detach(const struct git_tree *tree, struct err *err) {
    (void)tree;
    return ask("detach", "", err);
}

bool __wrap_git_branch_drop(const struct git *git, const char *branch, bool *dropped, struct err *err);
bool __wrap_git_branch_drop(const struct git *git, const char *branch, bool *dropped, struct err *err) {
    (void)git;
    *dropped = !cue_has("held");
    return ask("drop", branch, err);
}

bool __wrap_git_tree_begin(const struct git_tree *tree, const struct git_branch *branch, struct err *err);
bool __wrap_git_tree_begin(const struct git_tree *tree, const struct git_branch *branch, struct err *err) {
    (void)tree;
    ASK("branch", "%s at %s", branch->name, branch->start);
    return true;
}

bool __wrap_git_restore(const struct git_tree *tree, const char *oid, struct err *err);
bool __wrap_git_restore(const struct git_tree *tree, const char *oid, struct err *err) {
    (void)tree;
    return ask("restore", oid, err);
}

bool __wrap_pool_kept_before(struct pool_keep *keep, const struct run *run, struct err *err);
bool __wrap_pool_kept_before(struct pool_keep *keep, const struct run *run, struct err *err) {
    (void)run;
    ASK("kept", "%s %lld%s%s", keep->slot->name, (long long)keep->ticket, keep->half ? " half" : "",
        keep->left ? " left" : "");
    return true;
}

enum keep_end __wrap_pool_keep(struct pool_keep *keep, struct err *err);
enum keep_end __wrap_pool_keep(struct pool_keep *keep, struct err *err) {
    char *told = xasprintf("%zu of %s", keep->facts->changed, keep->tree->admin);
    bool kept = ask("keep", told, err);

    free(told);
    return kept ? KEEP_DONE : cue_has("board") ? KEEP_BOARD_FAILED : KEEP_FAILED;
}

enum seen __wrap_git_tree_on(const struct git_tree *tree, const char *branch);
enum seen __wrap_git_tree_on(const struct git_tree *tree, const char *branch) {
    (void)tree;
    text_addf(&seen.out, "on %s\n", branch);
    return cue_has("unreadable") ? SEEN_UNKNOWN : cue_has("off") ? SEEN_NO : SEEN_YES;
}

bool __wrap_git_tree_note_sparse(const struct git_tree *tree, struct err *err);
bool __wrap_git_tree_note_sparse(const struct git_tree *tree, struct err *err) {
    return ask("note_sparse", tree->admin, err);
}

bool __wrap_hook_run(struct site *site, const struct hook_call *call, struct err *err);
bool __wrap_hook_run(struct site *site, const struct hook_call *call, struct err *err) {
    (void)site;
    ASK("hook", "%s %s %lld %s %s %s", call->workspace->name, hook_name(call->hook), (long long)call->ticket_id,
        call->run_id, call->slot, sample_word(call->branch));
    return true;
}

void __wrap_files_touch(const char *path);
void __wrap_files_touch(const char *path) {
    text_addf(&seen.out, "touch %s\n", path);
}

bool __wrap_files_exists(const char *path);
bool __wrap_files_exists(const char *path) {
    text_addf(&seen.out, "is there %s\n", path);
    return cue_has("new");
}

void __wrap_files_remove(const char *path);
void __wrap_files_remove(const char *path) {
    text_addf(&seen.out, "remove %s\n", path);
}

bool __wrap_slots_next(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err);
bool __wrap_slots_next(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err) {
    (void)board;
    if (!cue_has("none"))
        *slot = (struct slot){.name = xstrdup("pool-2"), .path = xstrdup("/pool/pool-2"), .number = 2};
    ASK("next", "%s %s %lld, %s %s of %lld, after %lld%s at %lld", want->host, want->run_id, (long long)want->ticket_id,
        want->pool->workspace, want->pool->folder, (long long)want->pool->size, (long long)want->after,
        want->left ? " left" : "", (long long)want->now);
    return true;
}

bool __wrap_slots_take(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err);
bool __wrap_slots_take(struct board *board, const struct slot_want *want, struct slot *slot, struct err *err) {
    (void)board, (void)want;
    return ask("take", slot->name, err);
}

static inline bool changes(const char *name, const struct slot_change *change, bool *changed, struct err *err) {
    *changed = !cue_has("lost") || !text_same(name, cue_has("lost=free") ? "free" : name);
    ASK(name, "%s %s branch %s note %s head %s", change->name, change->run_id, sample_word(change->branch),
        sample_word(change->note), sample_word(change->head));
    return true;
}

bool __wrap_slots_quarantine(struct board *board, const struct slot_change *change, bool *changed, struct err *err);
bool __wrap_slots_quarantine(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    (void)board;
    return changes("quarantine", change, changed, err);
}

bool __wrap_slots_free(struct board *board, const struct slot_change *change, bool *changed, struct err *err);
bool __wrap_slots_free(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    (void)board;
    return changes("free", change, changed, err);
}

bool __wrap_slots_set_branch(struct board *board, const struct slot_change *change, bool *changed, struct err *err);
bool __wrap_slots_set_branch(struct board *board, const struct slot_change *change, bool *changed, struct err *err) {
    (void)board;
    return changes("set_branch", change, changed, err);
}

bool __wrap_quarantine_write(struct site *site, const struct quarantine *quarantine, bool *changed, struct err *err);
bool __wrap_quarantine_write(struct site *site, const struct quarantine *quarantine, bool *changed, struct err *err) {
    (void)site;
    *changed = !cue_has("lost");
    ASK("aside", "%s [%s]", quarantine->slot->name, quarantine->line);
    return true;
}

void __wrap_notify_flush(struct site *site);
void __wrap_notify_flush(struct site *site) {
    (void)site;
    text_add(&seen.out, "notify\n");
}

static inline void add_run(struct run_list *list, const char *run_id, const char *branch, const char *workspace) {
    bool older = strcmp(run_id, OLDER) == 0;

    list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count] = (struct run){
        .branch = branch ? xstrdup(branch) : NULL,
        .workspace = workspace ? xstrdup(workspace) : NULL,
        .preserved = cue_has(older ? "late" : "kept") ? xstrdup(older ? "llllllllllllllll" : "kkkkkkkkkkkkkkkk") : NULL,
    };
    text_copy(list->items[list->count++].run_id, RUN_ID_SIZE, run_id);
}

/* before: one that has worked here, and an older one; moved: those were another workspace's. */
bool __wrap_runs_of_ticket(struct board *board, int64_t ticket_id, struct run_list *list, struct err *err);
bool __wrap_runs_of_ticket(struct board *board, int64_t ticket_id, struct run_list *list, struct err *err) {
    const char *workspace = cue_has("before") ? "main" : cue_has("nameless") ? NULL : "other";

    (void)board;
    if (cue_has("before") || cue_has("moved")) {
        add_run(list, OLDER, "mc-1-older", workspace);
        add_run(list, BEFORE, "mc-1-old", workspace);
    }
    add_run(list, RUN, NULL, "main");
    ASK("runs", "%lld", (long long)ticket_id);
    return true;
}

static inline void add_slot(struct slot_list *list, const struct slot *of) {
    list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count] = (struct slot){.name = xasprintf("pool-%zu", 7 + list->count),
                                             .ticket_id = of->ticket_id,
                                             .run_id = of->run_id ? xstrdup(of->run_id) : NULL,
                                             .branch = of->branch ? xstrdup(of->branch) : NULL,
                                             .state = of->state};
    list->count++;
}

/* left, aside: the slot of the run before is not given back; strange: one of another ticket, and one of nobody. */
bool __wrap_slots_list(struct board *board, const char *host, struct slot_list *list, struct err *err);
bool __wrap_slots_list(struct board *board, const char *host, struct slot_list *list, struct err *err) {
    const enum slot_state state = cue_has("aside") ? SLOT_QUARANTINED : cue_has("left") ? SLOT_CLAIMED : SLOT_FREE;
    char own[] = RUN, before[] = BEFORE, older[] = OLDER, branch[] = "mc-1-old";

    (void)board;
    add_slot(list, &(struct slot){.ticket_id = 1, .run_id = before, .branch = branch, .state = state});
    add_slot(list, &(struct slot){.ticket_id = 1, .run_id = own, .state = SLOT_CLAIMED});
    if (cue_has("strange")) {
        add_slot(list, &(struct slot){.ticket_id = 2, .run_id = older, .branch = branch, .state = SLOT_CLAIMED});
        add_slot(list, &(struct slot){.ticket_id = 1, .branch = branch, .state = SLOT_QUARANTINED});
    }
    ASK("slots", "%s", host);
    return true;
}

bool __wrap_effects_spawned(struct board *board, const char *run_id, bool *spawned, struct err *err);
bool __wrap_effects_spawned(struct board *board, const char *run_id, bool *spawned, struct err *err) {
    (void)board;
    *spawned = !cue_has("agentless");
    ASK("spawned", "%s", run_id);
    return true;
}

bool __wrap_kept_late(struct board *board, const struct kept_late *asked, bool *late, struct err *err);
bool __wrap_kept_late(struct board *board, const struct kept_late *asked, bool *late, struct err *err) {
    (void)board;
    *late = !cue_has("early");
    ASK("late", "%s to %s", asked->run->run_id, asked->later->run_id);
    return true;
}

bool __wrap_travel_fetch(const struct travel_asked *asked, struct travel *travel, struct err *own, struct err *err);
bool __wrap_travel_fetch(const struct travel_asked *asked, struct travel *travel, struct err *own, struct err *err) {
    travel->elsewhere = cue_has("elsewhere");
    travel->seen = (struct travel_seen){.host = "there",
                                        .remote = "origin",
                                        .branch = "mc-1-old",
                                        .run_id = "2",
                                        .commits = TRAVEL_ABSENT,
                                        .kept = TRAVEL_HERE};
    text_copy(travel->tip, sizeof travel->tip, cue_has("tip") ? "t1" : "");
    if (!ask("fetch", asked->run->run_id, own))
        return false;
    return ask("fetch_board", "", err);
}

bool __wrap_git_commit_of(const struct git *git, const char *name, char oid[OID_SIZE], struct err *err);
bool __wrap_git_commit_of(const struct git *git, const char *name, char oid[OID_SIZE], struct err *err) {
    (void)git;
    text_copy(oid, OID_SIZE, cue_has("forgotten") ? "" : "p1");
    return ask("commit_of", name, err);
}

bool __wrap_git_beyond(const struct git *git, const struct git_span *span, int64_t *commits, struct err *err);
bool __wrap_git_beyond(const struct git *git, const struct git_span *span, int64_t *commits, struct err *err) {
    (void)git;
    *commits = cue_number("tip", 0);
    ASK("beyond", "%s %s", span->from, span->to);
    return true;
}

bool __wrap_git_kept_onto(const struct git_tree *tree, struct git_onto *onto, struct err *err);
bool __wrap_git_kept_onto(const struct git_tree *tree, struct git_onto *onto, struct err *err) {
    (void)tree;
    text_copy(onto->oid, sizeof onto->oid, cue_has("touches") ? "" : "o1");
    ASK("onto", "%s %s", onto->kept, onto->tip);
    return true;
}

bool __wrap_runs_set_work(struct board *board, const struct run_work *work, struct err *err);
bool __wrap_runs_set_work(struct board *board, const struct run_work *work, struct err *err) {
    (void)board;
    ASK("work", "%s %s %s %s", work->run_id, work->branch, work->base, work->base_commit);
    return true;
}

bool __wrap_tickets_place(struct board *board, int64_t ticket, const char *workspace, struct err *err);
bool __wrap_tickets_place(struct board *board, int64_t ticket, const char *workspace, struct err *err) {
    (void)board;
    ASK("place", "%lld %s", (long long)ticket, workspace);
    return true;
}

#endif
