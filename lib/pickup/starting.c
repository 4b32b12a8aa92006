#include "pickup/starting.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_keep.h"
#include "host/git_remote.h"
#include "host/git_tree.h"
#include "pickup/work.h"
#include "rules/workspace.h"
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

/* Its last run was another workspace's, by name at least: where that is the same repository, it has the branch, and is
 * gone on with. */
static bool find_under_another_name(struct starting *starting, struct err *own, struct err *err) {
    struct run_list runs = {0};
    struct run *last = NULL;
    bool here = false, ok;

    if (!runs_of_ticket(starting->work->site->board, starting->work->ticket.id, &runs, err))
        return false;
    for (size_t i = 0; i < runs.count; i++)
        if (runs.items[i].branch)
            last = &runs.items[i];
    ok = !last || is_here(starting, last, &here, own);
    if (ok && here) {
        run_release(&starting->before);
        starting->before = *last;
        *last = (struct run){0};
    } else if (ok && last) {
        text_addf(&starting->told, "What it did before is on branch %s in workspace %s: this run starts without it.",
                  last->branch, last->workspace ? last->workspace : "?");
    }
    run_list_release(&runs);
    return ok;
}

bool starting_choose(struct starting *starting, struct err *own, struct err *err) {
    struct work *work = starting->work;
    const struct run_before before = {.ticket_id = work->ticket.id, .workspace = work->workspace->name};

    xreplace(&work->told, NULL); /* of a slot before */
    if (!runs_before(work->site->board, &before, &starting->before, err))
        return false;
    if (!*starting->before.run_id && !find_under_another_name(starting, own, err))
        return false;
    if (*starting->before.run_id && (!fetch_before(starting, own, err) || !start_of_before(starting, own)))
        return false;
    if (!*starting->commit)
        text_copy(starting->commit, sizeof starting->commit, starting->base);
    if (starting->told.len)
        work->told = text_take(&starting->told);
    return true;
}

void starting_release(struct starting *starting) {
    run_release(&starting->before);
    travel_release(&starting->travel);
    text_release(&starting->told);
}
