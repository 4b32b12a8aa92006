#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/text.h"
#include "host/beneath.h"
#include "host/git_place.h"
#include "host/git_room.h"
#include "host/git_status.h"
#include "host/git_tree.h"

/* The branch's own words for why it could not be made. */
static bool explain(const struct git_tree *tree, const struct git_call *call, const struct git_result *result,
                    struct err *err) {
    const char *said = text_str(result->errors);
    bool taken = strstr(said, "already exists") != NULL || strstr(said, "cannot create 'refs/heads/") != NULL;
    bool in_the_way = strstr(said, "would be overwritten") != NULL || strstr(said, "would lose") != NULL;
    git_failed(tree->git, call, result, err);
    if (in_the_way) {
        struct text clean = {0};
        const char *file = strchr(said, '\t');
        clean_line(&clean, file != NULL ? file + 1 : said, strcspn(file != NULL ? file + 1 : said, "\n"), 200);
        err_set(err, MC_DATAERR, "%s", text_str(&clean));
        if (file != NULL)
            git_room_advise(tree, text_str(&clean), err);
        text_release(&clean);
    } else if (taken)
        err->code = MC_CANTCREAT;
    else if (strstr(said, "invalid path '") != NULL)
        err->code = MC_NOINPUT;
    return false;
}

/* HEAD's commit; "": none. */
static bool head_commit(const struct git_tree *tree, char oid[OID_SIZE], struct err *err) {
    static const char mark[] = "ref: ";
    char *head = git_head_of(tree->admin);
    bool done = true;
    oid[0] = '\0';
    if (head == NULL)
        return err_set(err, MC_UNAVAILABLE, "%s: its HEAD cannot be read", tree->path);
    if (text_starts(head, mark))
        done = git_commit_of(tree->git, head + strlen(mark), oid, err);
    else
        (void)text_copy(oid, OID_SIZE, head);
    free(head);
    return done;
}

static bool run_explained(const struct git_tree *tree, const char *const *args, struct err *err) {
    const struct git_call call = {.tree = tree, .args = args};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    bool done = git_run(tree->git, &call, &result, err);
    if (done && result.status != 0)
        done = explain(tree, &call, &result, err);
    text_release(&said);
    return done;
}

/* What git calls changed, but is as HEAD has it, would be in its way for good. */
static bool make_room(const struct git_tree *tree, struct beneath *beneath, bool *made, struct err *err) {
    struct git_listing listing;
    bool done = git_status_read(&listing, tree, &(struct git_asking){0}, err);
    *made = listing.converted.count > 0;
    for (size_t i = 0; done && i < listing.converted.count; i++) {
        const struct git_change *same = &listing.converted.items[i];
        done = beneath_remove(beneath, same->path, &same->seen, err);
    }
    git_listing_release(&listing);
    return done;
}

/* What is not there, alone. */
static bool put_back(const struct git_tree *tree, struct err *err) {
    static const char *const args[] = {"checkout-index", "-q", "--all", NULL};
    struct text said = {0};
    struct git_result result = {.errors = &said}; /* not 0 where something is there */
    bool done = git_run(tree->git, &(struct git_call){.tree = tree, .args = args}, &result, err);
    text_release(&said);
    return done;
}

static bool go_to(const struct git_tree *tree, const char *commit, struct err *err) {
    const char *const go[] = {"switch", "-q", "--no-overwrite-ignore", "--detach", commit, NULL};
    struct beneath beneath;
    struct err own = {0};
    bool made = false, done = run_explained(tree, go, err);
    if (done || err->code != MC_DATAERR)
        return done;
    if (beneath_open(&beneath, tree->path, &own) && make_room(tree, &beneath, &made, &own) && made) {
        err_release(err);
        done = run_explained(tree, go, err);
    }
    if (made)
        done = put_back(tree, done ? err : &own) && done;
    beneath_release(&beneath);
    err_release(&own);
    return done;
}

/* Elsewhere git looks at every file, and overwrites none that it does not know; where a branch begins at HEAD it reads
 * no index at all. In one step it would change the files before it finds that the branch cannot be made. */
bool git_tree_begin(const struct git_tree *tree, const struct git_branch *branch, struct err *err) {
    const char *const make[] = {"switch", "-q", "--no-track", "--no-guess", "-c", branch->name, NULL};
    char head[OID_SIZE];
    if (!head_commit(tree, head, err))
        return false;
    if (strcmp(head, branch->start) != 0 &&
        (!git_room_for(tree, head, branch->start, err) || !go_to(tree, branch->start, err)))
        return false;
    return run_explained(tree, make, err);
}

bool git_tree_detach(const struct git_tree *tree, struct err *err) {
    char head[OID_SIZE], *now = git_head_of(tree->admin);
    const char *const args[] = {"update-ref", "--no-deref", "-m", "mc-pickup: leave the branch", "HEAD", head, NULL};
    bool detached = now != NULL && !text_starts(now, "ref: ");
    free(now);
    if (detached)
        return true;
    if (!head_commit(tree, head, err))
        return false;
    if (head[0] == '\0')
        return err_set(err, MC_UNAVAILABLE, "%s: its branch has no commit yet", tree->path);
    return git_run(tree->git, &(struct git_call){.tree = tree, .args = args}, &(struct git_result){0}, err);
}
