#include "pickup/starting.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_onto.h"
#include "host/git_remote.h"
#include "host/git_tree.h"
#include "pickup/work.h"
#include "rules/workspace.h"
#include "run/kept.h"
#include "run/site.h"
#include "store/runtimes.h"
#include "store/slots.h"

static void begin_sentence(struct text *told) {
    if (told->len)
        text_addc(told, ' ');
}

/* The branch of the run before, where it holds commits beyond that one. */
struct tip {
    const char *from;
    char oid[OID_SIZE]; /* "": it has none, or is not there any more */
    int64_t beyond;
};

static bool find_tip(const struct starting *starting, struct tip *tip, struct err *own) {
    const struct git *git = starting->tree->git;
    bool ok = true;

    text_copy(tip->oid, sizeof tip->oid, starting->travel.tip);
    if (*tip->oid)
        ok = git_beyond(git, &(struct git_span){.from = tip->from, .to = tip->oid}, &tip->beyond, own);
    if (tip->beyond == 0)
        *tip->oid = '\0';
    return ok;
}

/* The commit that the preserved work was made on: what is put back is then what was left. Commits that its branch has
 * got since, by a hand, are started from where they change other files. */
static bool start_of_preserved(struct starting *starting, const char *parent, struct err *own) {
    struct tip tip = {.from = parent};
    struct git_onto onto = {.kept = starting->before.preserved, .tip = tip.oid};
    bool ok = find_tip(starting, &tip, own) && (!*tip.oid || git_kept_onto(starting->tree, &onto, own));

    text_copy(starting->commit, sizeof starting->commit, *onto.oid ? tip.oid : parent);
    text_copy(starting->restores, sizeof starting->restores, *onto.oid ? onto.oid : starting->before.preserved);
    if (ok && *tip.oid && !*onto.oid) {
        begin_sentence(&starting->told);
        text_addf(&starting->told,
                  "Branch %s holds %lld commit%s that this run does not start from: they touch the same files as the "
                  "preserved work, which stands on the commit before them.",
                  starting->before.branch, (long long)tip.beyond, tip.beyond == 1 ? "" : "s");
    }
    return ok;
}

/* The branch of the run before, where it holds commits beyond the base. */
static bool start_of_branch(struct starting *starting, struct err *own) {
    struct tip tip = {.from = starting->base};
    bool ok = find_tip(starting, &tip, own);

    text_copy(starting->commit, sizeof starting->commit, tip.oid);
    return ok;
}

static bool start_of_before(struct starting *starting, struct err *own) {
    const char *preserved = starting->before.preserved;
    char *name = xasprintf("%s^1", preserved ? preserved : "");
    char parent[OID_SIZE] = "";
    bool ok = !preserved || git_commit_of(starting->tree->git, name, parent, own);

    free(name);
    if (!ok || *parent)
        return ok && start_of_preserved(starting, parent, own);
    if (preserved && !starting->travel.elsewhere)
        text_addf(&starting->told,
                  "The uncommitted work of the run before (%.12s) is not in the repository any more: this run starts "
                  "without it.",
                  preserved);
    return start_of_branch(starting, own);
}

/* Where another host has done it, it is fetched first, and what of it cannot be had is told. */
static bool fetch_before(struct starting *starting, struct err *own, struct err *err) {
    struct work *work = starting->work;
    const struct travel_asked asked = {
        .site = work->site, .git = starting->tree->git, .workspace = work->workspace, .run = &starting->before};

    if (!travel_fetch(&asked, &starting->travel, own, err))
        return false;
    starting->travel.seen.key = work->key;
    starting->travel.seen.starts = true;
    if (starting->travel.elsewhere)
        travel_say(&starting->told, &starting->travel.seen);
    return true;
}

static bool is_here(const struct starting *starting, const struct run *run, bool *here, struct err *own) {
    const struct git *git = starting->tree->git;
    char *branch = xasprintf("refs/heads/%s", run->branch), oid[OID_SIZE] = "";
    bool ok = git_commit_of(git, branch, oid, own);

    if (ok && !*oid && run->preserved)
        ok = git_commit_of(git, run->preserved, oid, own);
    *here = *oid != '\0';
    free(branch);
    return ok;
}

/* Rows of runs and slots, as far as they are the ticket's. */
struct past {
    struct run_list runs;
    struct slot_list slots; /* of this host, any ticket's */
};

static void past_release(struct past *past) {
    run_list_release(&past->runs);
    slot_list_release(&past->slots);
}

static bool read_past(const struct starting *starting, struct past *past, struct err *err) {
    const struct site *site = starting->work->site;

    return runs_of_ticket(site->board, starting->work->ticket.id, &past->runs, err) &&
           (past->runs.count < 2 || slots_list(site->board, site->config.host, &past->slots, err));
}

static bool holds(const struct slot *slot, const char *run_id) {
    return slot->state != SLOT_FREE && slot->branch && text_same(slot->run_id, run_id);
}

static bool is_held(const struct past *past, const char *run_id) {
    bool held = false;

    for (size_t i = 0; i < past->slots.count && !held; i++)
        held = holds(&past->slots.items[i], run_id);
    return held;
}

static void go_on_from(struct starting *starting, struct run *run) {
    run_release(&starting->before);
    starting->before = *run;
    *run = (struct run){0};
}

/* Where no agent was started, a slot that is not given back holds no more than what it was begun with. */
static bool find_before(struct starting *starting, struct past *past, struct err *err) {
    for (size_t i = past->runs.count; i > 0; i--) {
        struct run *run = &past->runs.items[i - 1];
        bool had = true;

        if (!run->branch || !text_same(run->workspace, starting->work->workspace->name))
            continue;
        if (is_held(past, run->run_id) && !effects_spawned(starting->work->site->board, run->run_id, &had, err))
            return false;
        if (had)
            return go_on_from(starting, run), true;
    }
    return true;
}

/* Its last run was another workspace's, by name at least: where that is the same repository, it has the branch, and is
 * gone on with. */
static bool find_under_another_name(struct starting *starting, struct past *past, struct err *own) {
    struct run *last = NULL;
    bool here = false, ok;

    for (size_t i = 0; i < past->runs.count; i++)
        if (past->runs.items[i].branch && !text_same(past->runs.items[i].workspace, starting->work->workspace->name))
            last = &past->runs.items[i];
    ok = !last || is_here(starting, last, &here, own);
    if (ok && here)
        go_on_from(starting, last);
    else if (ok && last)
        text_addf(&starting->told, "What it did before is on branch %s in workspace %s: this run starts without it.",
                  last->branch, last->workspace ? last->workspace : "?");
    return ok;
}

/* Of the slots that still hold something of it. */
static bool say_held(struct starting *starting, const struct past *past, struct err *err) {
    const struct work *work = starting->work;
    bool ok = true;

    for (size_t i = 0; i < past->slots.count && ok; i++) {
        const struct slot *slot = &past->slots.items[i];
        bool had = false;

        if (!slot->run_id || slot->ticket_id != work->ticket.id || !holds(slot, slot->run_id))
            continue;
        ok = effects_spawned(work->site->board, slot->run_id, &had, err);
        if (!had)
            continue;
        begin_sentence(&starting->told);
        text_addf(&starting->told,
                  "What is not committed in slot %s, on branch %s, is not in this run's worktree: that slot %s; it is "
                  "kept when the slot is given back, see mc-ticket pool.",
                  slot->name, slot->branch,
                  slot->state == SLOT_QUARANTINED ? "is in quarantine" : "could not be given back yet");
    }
    return ok;
}

/* What was kept of one run upon what this one starts from; else it is said: something else was put back, the same files
 * have changed, or it is not here. */
static bool put_upon(struct starting *starting, const struct run *run, struct err *own) {
    struct git_onto onto = {.kept = run->preserved, .tip = starting->commit};
    char *name = xasprintf("%s^1", run->preserved), parent[OID_SIZE] = "", *ref;
    bool ok = git_commit_of(starting->tree->git, name, parent, own);

    free(name);
    if (ok && *parent && !*starting->restores)
        ok = git_kept_onto(starting->tree, &onto, own);
    if (*onto.oid) {
        text_copy(starting->restores, sizeof starting->restores, onto.oid);
        return ok;
    }
    ref = kept_ref(starting->work->key, run->run_id);
    begin_sentence(&starting->told);
    text_addf(&starting->told, "What an earlier run had not committed, kept as %s, is not in this run's worktree: %s.",
              ref, *parent ? "git show shows it" : "it is not in the repository here");
    free(ref);
    return ok;
}

/* What was kept of earlier runs when the run before had begun already. */
static bool add_late(struct starting *starting, const struct past *past, struct err *own, struct err *err) {
    for (size_t i = past->runs.count; i > 0; i--) {
        const struct run *run = &past->runs.items[i - 1];
        bool late = false;

        if (!run->branch || !run->preserved || !text_same(run->workspace, starting->before.workspace))
            continue;
        if (!kept_late(starting->work->site->board, &(struct kept_late){run, &starting->before}, &late, err) ||
            (late && !put_upon(starting, run, own)))
            return false;
    }
    return true;
}

static bool choose(struct starting *starting, struct past *past, struct err *own, struct err *err) {
    bool any;

    if (!read_past(starting, past, err) || !find_before(starting, past, err) ||
        (!*starting->before.run_id && !find_under_another_name(starting, past, own)))
        return false;
    any = *starting->before.run_id;
    if (any && (!fetch_before(starting, own, err) || !start_of_before(starting, own)))
        return false;
    if (!*starting->commit)
        text_copy(starting->commit, sizeof starting->commit, starting->base);
    return (!any || add_late(starting, past, own, err)) && say_held(starting, past, err);
}

bool starting_choose(struct starting *starting, struct err *own, struct err *err) {
    struct work *work = starting->work;
    struct past past = {0};
    bool ok;

    xreplace(&work->told, NULL); /* of a slot before */
    ok = choose(starting, &past, own, err);
    past_release(&past);
    if (ok && starting->told.len)
        work->told = text_take(&starting->told);
    return ok;
}

void starting_release(struct starting *starting) {
    run_release(&starting->before);
    travel_release(&starting->travel);
    text_release(&starting->told);
}
