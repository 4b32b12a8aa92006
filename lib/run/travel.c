#include "run/travel.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_remote.h"
#include "rules/branch.h"
#include "rules/workspace.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/slots.h"

enum { FETCH_MS = 60 * 1000 };

void travel_release(struct travel *travel) {
    free(travel->folder);
    free(travel->why);
    *travel = (struct travel){0};
}

/* As the remote had it last. */
static bool find_theirs(const struct travel_asked *asked, char oid[OID_SIZE], struct err *own) {
    const char *remote = asked->workspace->push;
    char *ref = remote ? xasprintf("refs/remotes/%s/%s", remote, asked->run->branch) : NULL;
    bool ok = !ref || git_commit_of(asked->git, ref, oid, own);

    free(ref);
    return ok;
}

/* One that is here too, because a person has looked at it, may be behind or ahead. */
static bool choose(const struct travel_asked *asked, struct travel *travel, struct err *own) {
    char theirs[OID_SIZE] = "";
    int64_t more = 0, less = 0;
    bool ok = find_theirs(asked, theirs, own);

    if (ok && *travel->tip && *theirs)
        ok = git_beyond(asked->git, &(struct git_span){.from = theirs, .to = travel->tip}, &more, own) &&
             git_beyond(asked->git, &(struct git_span){.from = travel->tip, .to = theirs}, &less, own);
    travel->seen.parted = more > 0 && less > 0;
    if (*theirs && (more == 0 || less > 0))
        text_copy(travel->tip, OID_SIZE, theirs);
    return ok;
}

/* On its own host the branch that is here is the one. */
static bool find_own(const struct travel_asked *asked, struct travel *travel, struct err *own) {
    char *ref = xasprintf("refs/heads/%s", asked->run->branch);
    bool ok = git_commit_of(asked->git, ref, travel->tip, own);

    free(ref);
    return ok;
}

/* A machine of an embedded board may have another name than before: what is here needs no remote then. On a shared one
 * a branch of another host's that is here too was put here by a person. */
static void judge(const struct travel_asked *asked, struct travel *travel) {
    const struct run *run = asked->run;

    travel->elsewhere = !text_same(run->host, asked->site->config.host) && branch_prefix_ok(run->branch) &&
                        (!*travel->tip || board_is_shared(asked->site->board));
    travel->seen = (struct travel_seen){.host = run->host ? run->host : "?",
                                        .branch = run->branch,
                                        .remote = asked->workspace->push,
                                        .run_id = run->run_id,
                                        .preserved = run->preserved,
                                        .commits = TRAVEL_UNASKED,
                                        .kept = TRAVEL_UNASKED};
}

static bool has_kept(const struct travel_asked *asked, bool *has, struct err *own) {
    char *parent = xasprintf("%s^1", asked->run->preserved);
    char oid[OID_SIZE];
    bool ok = git_commit_of(asked->git, parent, oid, own);

    *has = ok && *oid;
    free(parent);
    return ok;
}

/* Its advice is for those whose network it is, not for the story. */
static void note_why(struct travel *travel, struct err *why) {
    if (why->advice)
        why->text[why->advice] = '\0';
    xreplace(&travel->why, why->text);
    travel->seen.why = travel->why;
    err_release(why);
}

static enum travel_end fetch(const struct travel_asked *asked, const char *branch, struct travel *travel) {
    const struct git_pushing fetching = {.remote = asked->workspace->push,
                                         .branch = branch,
                                         .timeout_ms = asked->timeout_ms ? asked->timeout_ms : FETCH_MS};
    struct err why = {0};
    bool there = false;

    if (git_fetch_any(asked->git, &fetching, &there, &why))
        return there ? TRAVEL_HERE : TRAVEL_ABSENT;
    note_why(travel, &why);
    return TRAVEL_FAILED;
}

/* A remote that does not answer is asked once. */
static bool fetch_kept(const struct travel_asked *asked, struct travel *travel, struct err *own) {
    struct travel_seen *seen = &travel->seen;
    struct text branch = {0};
    bool has = false;
    bool ok = !seen->preserved || has_kept(asked, &has, own);

    seen->kept = has ? TRAVEL_HERE : seen->commits == TRAVEL_FAILED ? TRAVEL_FAILED : TRAVEL_UNASKED;
    if (ok && seen->preserved && !has && seen->remote && seen->commits != TRAVEL_FAILED) {
        travel_kept_branch(&branch, asked->run->branch);
        seen->kept = fetch(asked, text_str(&branch), travel);
        ok = has_kept(asked, &has, own);
        seen->kept = has ? TRAVEL_HERE : seen->kept == TRAVEL_HERE ? TRAVEL_ABSENT : seen->kept;
    }
    text_release(&branch);
    return ok;
}

/* What its own host has said of its last push. */
static bool read_story(const struct travel_asked *asked, struct travel *travel, struct err *err) {
    const struct run *run = asked->run;
    struct text nothing = {0};
    struct activity row;
    bool ok =
        journal_newest(asked->site->board,
                       &(struct journal_kinds){
                           .ticket_id = run->ticket_id, .run_id = run->run_id, .kind = "pushed", .other = "pushed"},
                       &row, err);

    if (ok && row.id) {
        travel_nothing(&nothing, run->branch);
        travel->seen.nothing = row.body && text_starts(row.body, text_str(&nothing));
        travel->seen.pushed = !travel->seen.nothing;
    }
    if (ok)
        activity_release(&row);
    text_release(&nothing);
    return ok;
}

/* Set aside, or its host has not come back to it. */
static bool read_slot(const struct travel_asked *asked, struct travel *travel, struct err *err) {
    struct slot_list slots = {0};
    bool ok = !board_is_shared(asked->site->board) || slots_list(asked->site->board, asked->run->host, &slots, err);

    for (size_t i = 0; i < slots.count; i++)
        if (slots.items[i].state != SLOT_FREE && text_same(slots.items[i].run_id, asked->run->run_id))
            xreplace(&travel->folder, slots.items[i].path);
    travel->seen.folder = travel->folder;
    slot_list_release(&slots);
    return ok;
}

bool travel_fetch(const struct travel_asked *asked, struct travel *travel, struct err *own, struct err *err) {
    struct travel_seen *seen = &travel->seen;

    *travel = (struct travel){0};
    if (!find_own(asked, travel, own))
        return false;
    judge(asked, travel);
    if (!travel->elsewhere)
        return true;
    if (seen->remote)
        seen->commits = fetch(asked, asked->run->branch, travel);
    if (!choose(asked, travel, own) || !fetch_kept(asked, travel, own))
        return false;
    seen->copy = seen->commits != TRAVEL_HERE && *travel->tip;
    return read_story(asked, travel, err) && read_slot(asked, travel, err);
}

bool travel_look(const struct travel_asked *asked, struct travel *travel, struct err *own) {
    *travel = (struct travel){0};
    if (!find_own(asked, travel, own))
        return false;
    judge(asked, travel);
    return !travel->elsewhere || choose(asked, travel, own);
}
