#include "run/pool_branch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_remote.h"
#include "host/git_tree.h"
#include "rules/rows.h"
#include "rules/slot.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"

/* An agent that was never started has left nothing on it. It stays where git cannot say that. */
static bool drop(struct pool_branch *found, struct err *err) {
    struct err own = {0};
    bool spawned = true;

    if (found->kept)
        return true;
    if (!effects_spawned(found->site->board, found->run->run_id, &spawned, err))
        return false;
    if (!spawned)
        (void)git_branch_drop(found->git, found->run->branch, &found->dropped, &own);
    err_release(&own);
    return true;
}

static void compare(struct pool_branch *found, struct err *own) {
    const char *there = found->facts->head;
    char *name = xasprintf("refs/heads/%s", found->run->branch), oid[OID_SIZE] = "";
    int64_t less = 0, more = 0;

    if (git_commit_of(found->git, name, oid, own) && *oid &&
        git_beyond(found->git, &(struct git_span){.from = oid, .to = there}, &more, own) &&
        git_beyond(found->git, &(struct git_span){.from = there, .to = oid}, &less, own)) {
        found->goes_on = more > 0 && less == 0 && !found->alone;
        found->parted = found->goes_on ? 0 : more;
    }
    free(name);
}

bool pool_branch_find(struct pool_branch *found, struct err *err) {
    struct err own = {0};

    if (!drop(found, err))
        return false;
    if (found->facts->branch && !text_same(found->facts->branch, found->run->branch))
        compare(found, &own);
    err_release(&own);
    return true;
}

static bool say(const struct pool_branch *found, struct err *err) {
    char *body = xasprintf("%s: it was given back on branch %s, which has %lld commit%s that branch %s, from which the "
                           "ticket's next run starts, has not",
                           found->slot->name, found->facts->branch, (long long)found->parted,
                           found->parted == 1 ? "" : "s", found->run->branch);
    bool ok = journal_add(found->site->board,
                          &(struct journal_row){.ticket_id = found->run->ticket_id,
                                                .run_id = found->run->run_id,
                                                .author = "mc-pickup",
                                                .kind = "left_behind",
                                                .body = body,
                                                .now = clock_now()},
                          err);

    free(body);
    return ok;
}

bool pool_branch_write(const struct pool_branch *found, struct err *err) {
    const struct run *run = found->run;

    if (found->dropped || found->goes_on)
        return runs_set_work(found->site->board,
                             &(struct run_work){.run_id = run->run_id,
                                                .branch = found->dropped ? NULL : found->facts->branch,
                                                .base = run->base,
                                                .base_commit = run->base_commit},
                             err);
    return found->parted == 0 || say(found, err);
}
