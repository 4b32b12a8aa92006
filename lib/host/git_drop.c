#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "host/git_tree.h"

/* "REF FOLDER": of the branch itself, in which folder it is checked out; of any other, that it holds the commit, too.
 */
static bool is_expendable(const char *listing, const char *ref) {
    size_t width = strlen(ref);
    bool other = false, at_rest = true;
    for (const char *line = listing; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        bool own = strncmp(line, ref, width) == 0 && line[width] == ' ';
        other = other || !own;
        at_rest = at_rest && (!own || line[width + 1] == '\n');
    }
    return other && at_rest;
}

struct drop {
    const struct git *git;
    char *ref;
    char oid[OID_SIZE];
    bool expendable;
};

static bool find_out(struct drop *drop, struct err *err) {
    const char *const args[] = {"for-each-ref", "--count=2", "--format=%(refname) %(worktreepath)",
                                "--contains",   drop->oid,   NULL};
    const char *const own[] = {"for-each-ref", "--format=%(refname) %(worktreepath)", drop->ref, NULL};
    struct text out = {0};
    struct git_result result = {.out = &out};
    bool done = git_run(drop->git, &(struct git_call){.args = args}, &result, err) &&
                git_run(drop->git, &(struct git_call){.args = own}, &result, err);
    drop->expendable = done && is_expendable(text_str(&out), drop->ref);
    text_release(&out);
    return done;
}

/* Only as it was found: whoever commits there meanwhile keeps it. */
bool git_branch_drop(const struct git *git, const char *branch, bool *dropped, struct err *err) {
    struct drop drop = {.git = git, .ref = xasprintf("refs/heads/%s", branch)};
    const char *const args[] = {"update-ref", "--no-deref", "-d", drop.ref, drop.oid, NULL};
    bool done = git_commit_of(git, drop.ref, drop.oid, err);
    if (done && drop.oid[0] != '\0')
        done = find_out(&drop, err);
    if (done && drop.expendable)
        done = git_run(git, &(struct git_call){.args = args}, &(struct git_result){0}, err);
    *dropped = done && drop.expendable;
    free(drop.ref);
    return done;
}
