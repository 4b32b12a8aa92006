#include "run/push.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/git_remote.h"
#include "rules/address.h"
#include "rules/slot.h"
#include "rules/travel.h"
#include "rules/workspace.h"
#include "run/push_place.h"
#include "run/site.h"

enum { SHORT_OID = 12 };

/* A branch of the remote's, and the commit that it is to be at. */
struct pushed {
    const char *branch, *oid;
};
struct push {
    const struct push_asked *asked;
    struct push_done *done;
    char oid[OID_SIZE]; /* the end of its branch; "": it is not there */
    bool wants;         /* the remote lacks it */
    struct text kept;   /* the branch of what was preserved; "": that is not to be pushed */
    struct text place;
};

static bool lacks(const struct push_asked *asked, const struct pushed *one, bool *lacks, struct err *err) {
    char *ref = xasprintf("refs/remotes/%s/%s", asked->workspace->push, one->branch);
    char seen[OID_SIZE] = "";
    bool ok = git_commit_of(asked->git, ref, seen, err);

    *lacks = *one->oid && strcmp(one->oid, seen) != 0;
    free(ref);
    return ok;
}

/* What it has that its base has not, and the remote, as far as was seen, has not either. */
static bool look_at_branch(struct push *push, struct err *err) {
    const struct push_asked *asked = push->asked;
    char *own = xasprintf("refs/heads/%s", asked->run->branch);
    int64_t commits = 1;
    bool ok = git_commit_of(asked->git, own, push->oid, err) &&
              lacks(asked, &(struct pushed){asked->run->branch, push->oid}, &push->wants, err);

    if (ok && push->wants && asked->run->base_commit)
        ok =
            git_beyond(asked->git, &(struct git_span){.from = asked->run->base_commit, .to = push->oid}, &commits, err);
    if (ok && commits == 0) {
        push->wants = false;
        if (asked->last && board_is_shared(asked->site->board))
            travel_nothing(&push->done->line, asked->run->branch);
    }
    free(own);
    return ok;
}

static bool look_at_kept(struct push *push, struct err *err) {
    const struct push_asked *asked = push->asked;
    bool wants = false;

    if (!asked->run->preserved || !board_is_shared(asked->site->board))
        return true;
    travel_kept_branch(&push->kept, asked->run->branch);
    if (!lacks(asked, &(struct pushed){text_str(&push->kept), asked->run->preserved}, &wants, err))
        return false;
    if (!wants)
        text_clear(&push->kept);
    return true;
}

/* "origin (https://host/x.git)". */
static void name_place(const struct push *push, struct text *out) {
    struct text remote = {0};

    address_public(&remote, push->asked->workspace->push);
    text_add(out, text_str(&remote));
    if (!text_same(text_str(&remote), text_str(&push->place)))
        text_addf(out, " (%s)", text_str(&push->place));
    text_release(&remote);
}

/* `commit` NULL: the branch as it is here. */
static bool send(struct push *push, const char *branch, const char *commit, struct err *err) {
    const struct push_asked *asked = push->asked;
    const struct git_pushing pushing = {
        .remote = asked->workspace->push, .branch = branch, .commit = commit, .timeout_ms = asked->timeout_ms};
    struct text *line = &push->done->line;

    if (!git_push(asked->git, &pushing, err))
        return false;
    push->done->went = true;
    if (line->len)
        text_add(line, "; ");
    text_addf(line, "%s%s to ", commit ? "what was not committed as " : "", branch);
    name_place(push, line);
    text_addf(line, ": %.*s", SHORT_OID, commit ? commit : push->oid);
    return true;
}

static bool send_all(struct push *push, struct err *err) {
    const struct push_asked *asked = push->asked;
    const struct push_way way = {.site = asked->site, .git = asked->git, .workspace = asked->workspace};

    if (!push_place_check(&way, &push->place, err))
        return err_wrap(err, "push of %s", asked->run->branch);
    return (!push->wants || send(push, asked->run->branch, NULL, err)) &&
           (!push->kept.len || send(push, text_str(&push->kept), asked->run->preserved, err));
}

bool push_run(const struct push_asked *asked, struct push_done *done, struct err *err) {
    struct push push = {.asked = asked, .done = done};
    bool ok = look_at_branch(&push, err) && look_at_kept(&push, err) &&
              ((!push.wants && !push.kept.len) || send_all(&push, err));

    text_release(&push.place);
    text_release(&push.kept);
    return ok;
}
