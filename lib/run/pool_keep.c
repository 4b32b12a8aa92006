#include "run/pool_keep.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_keep.h"
#include "rules/rows.h"
#include "run/kept.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"

/* Of a worktree that was being prepared: what another slot of the same run held must not be taken for it. */
static char *ref_of(const struct pool_keep *keep) {
    const struct slot *slot = keep->slot;
    const char *run = slot->run_id ? slot->run_id : "none";
    char key[KEY_SIZE];

    site_key(keep->site, keep->ticket, key);
    return keep->half ? xasprintf("refs/mc/halves/%s/%s-%lld", key, run, (long long)slot->number) : kept_ref(key, run);
}

bool pool_kept_before(struct pool_keep *keep, const struct run *run, struct err *err) {
    char *ref;
    bool ok;

    *keep->oid = '\0';
    if (!keep->half) {
        text_copy(keep->oid, sizeof keep->oid, run->preserved ? run->preserved : "");
        return true;
    }
    ref = ref_of(keep);
    ok = git_commit_of(keep->tree->git, ref, keep->oid, err);
    free(ref);
    return ok;
}

static const char *what_becomes(const struct pool_keep *keep) {
    if (keep->half)
        return "it is of no run that had begun";
    if (keep->late && !keep->had_agent)
        return "a later run has begun without it, and no agent was started in this one";
    return keep->late ? "a later run has begun without it, and the next one starts with it where the two do not clash"
                      : "the ticket's next run starts with it";
}

static char *story(const struct pool_keep *keep, const char *ref) {
    const struct slot_facts *facts = keep->facts;

    if (keep->left)
        return xasprintf("%s: an earlier ticket's files that git does not ignore on this one's branch (%zu) were kept "
                         "as %s; no run starts with them",
                         keep->slot->name, facts->changed + facts->untracked, ref);
    return xasprintf("%s: uncommitted work (%zu changed, %zu untracked) was kept as %s before the worktree was given "
                     "back; %s",
                     keep->slot->name, facts->changed, facts->untracked, ref, what_becomes(keep));
}

/* The slot may have waited so long that its ticket's next run has begun. */
static bool find_late(struct pool_keep *keep, struct err *err) {
    struct run_list runs = {0};
    bool ok = keep->half || runs_of_ticket(keep->site->board, keep->ticket, &runs, err);

    keep->late = ok && kept_overtaken(keep->slot->run_id, &runs);
    run_list_release(&runs);
    return ok && (!keep->late || effects_spawned(keep->site->board, keep->slot->run_id, &keep->had_agent, err));
}

static bool write_row(const struct pool_keep *keep, struct journal_row row, struct err *err) {
    row.ticket_id = keep->ticket;
    row.run_id = keep->slot->run_id;
    row.author = "mc-pickup";
    row.now = clock_now();
    return journal_add(keep->site->board, &row, err);
}

static bool write_story(struct pool_keep *keep, const char *ref, struct err *err) {
    char *body;
    bool ok;

    if (!keep->ticket)
        return true;
    if (!find_late(keep, err))
        return false;
    body = story(keep, ref);
    ok = write_row(keep, (struct journal_row){.kind = "preserved", .body = body}, err);
    free(body);
    return ok;
}

/* What an earlier try has kept, and a person has committed over since. */
static bool write_apart(const struct pool_keep *keep, const char *apart, struct err *err) {
    char *body;
    bool ok;

    if (!keep->ticket)
        return true;
    body = xasprintf("%s: what was kept of it before touches files that were committed in it since, and no run starts "
                     "with it; git diff %.12s^ %.12s shows it",
                     keep->slot->name, apart, apart);
    ok = write_row(keep, (struct journal_row){.kind = "left_behind", .body = body}, err);
    free(body);
    return ok;
}

/* Before anything is cleaned away. `before`: what was kept till now; "": nothing. */
static bool record(struct pool_keep *keep, const char *ref, const char *before, struct err *err) {
    struct board *board = keep->site->board;
    bool first = !*before;
    bool ok = board_begin(board, err) &&
              (keep->half || runs_set_preserved(board, keep->slot->run_id, keep->oid, err)) &&
              (!first || write_story(keep, ref, err)) && (!keep->apart || write_apart(keep, before, err)) &&
              board_commit(board, err);

    if (!ok)
        board_rollback(board);
    return ok;
}

static bool preserve(struct pool_keep *keep, const char *ref, struct err *err) {
    bool again = *keep->oid;
    char *message = xasprintf("mc-pickup: uncommitted work of %s", keep->slot->name);
    struct git_keeping keeping = {
        .ref = ref, .earlier = again ? keep->oid : NULL, .message = message, .most = SLOT_KEEP_MOST};
    bool ok = git_keep(keep->tree, keep->changes, &keeping, err) &&
              git_kept_whole(keep->tree, keep->changes, &(struct git_kept){.oid = keeping.oid, .again = again}, err);

    if (ok)
        text_copy(keep->oid, sizeof keep->oid, keeping.oid);
    keep->apart = keeping.apart;
    free(message);
    return ok;
}

/* Whoever has to look at it then knows that nothing of it is at stake. */
static bool clean(const struct pool_keep *keep, const char *ref, struct err *err) {
    return git_clean(keep->tree, keep->changes, err) || err_wrap(err, "its work is kept as %s", ref);
}

enum keep_end pool_keep(struct pool_keep *keep, struct err *err) {
    char *ref = ref_of(keep);
    char before[OID_SIZE];
    enum keep_end end = KEEP_FAILED;

    text_copy(before, sizeof before, keep->oid);
    if (preserve(keep, ref, err)) {
        end = KEEP_BOARD_FAILED;
        if (record(keep, ref, before, err))
            end = clean(keep, ref, err) ? KEEP_DONE : KEEP_FAILED;
    }
    free(ref);
    return end;
}
