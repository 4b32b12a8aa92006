#include "host/git_show.h"

#include "base/err.h"
#include "base/text.h"
#include "host/git_oid.h"
#include "host/git_status.h"
#include "host/handout.h"

/* A patch whatever the repository's settings say of prefixes, colours and order. */
#define PLAIN "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/"
#define STAT "--stat=120,80", "--stat-count=500"

bool git_fork(const struct git *git, const struct git_span *span, char oid[OID_SIZE], struct err *err) {
    const char *const args[] = {"merge-base", "--", span->from, span->to, NULL};
    struct text out = {0}, errors = {0};
    struct git_result result = {.out = &out, .errors = &errors};
    bool ok = git_run(git, &(struct git_call){.args = args, .timeout_ms = span->timeout_ms}, &result, err);

    *oid = '\0';
    if (ok && result.status == 0)
        ok = git_oid_line(oid, text_str(&out)) ||
             err_set(err, MC_UNAVAILABLE, "git merge-base in %s gave no commit", git->common);
    text_release(&errors);
    text_release(&out);
    return ok;
}

bool git_stat_lines(const struct git *git, const struct git_span *span, const struct git_sink *sink, struct err *err) {
    const char *const args[] = {"diff-tree", "-r", PLAIN, STAT, "--end-of-options", span->from, span->to, "--", NULL};
    struct git_result result = {0};

    return git_run(git, &(struct git_call){.args = args, .sink = sink, .timeout_ms = span->timeout_ms}, &result, err);
}

bool git_tree_diff(const struct git_tree_diff *diff, struct err *err) {
    const char *const patch[] = {"diff", PLAIN, "--patch", "HEAD", "--", NULL};
    const char *const stat[] = {"diff", PLAIN, STAT, "HEAD", "--", NULL};
    struct git_result result = {0};

    return git_run(
        diff->tree->git,
        &(struct git_call){
            .tree = diff->tree, .args = diff->stat ? stat : patch, .sink = diff->sink, .timeout_ms = diff->timeout_ms},
        &result, err);
}

bool git_tree_count(const struct git_tree *tree, int64_t timeout_ms, size_t *files, struct err *err) {
    struct git_listing listing;
    bool done = git_status_read(&listing, tree, &(struct git_asking){.timeout_ms = timeout_ms}, err);

    *files = 0;
    for (size_t i = 0; done && i < listing.changes.count; i++)
        *files += listing.changes.items[i].kind != CHANGE_UNTRACKED || !handout_is(listing.changes.items[i].path);
    git_listing_release(&listing);
    return done;
}
