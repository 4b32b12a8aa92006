#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "host/git_tree.h"

enum { LISTING_MAX = 64 * 1024 };

/* "REF FOLDER": of the branch itself, in which folder it is checked out; of any other, that it holds the commit, too.
 */
static bool is_expendable(const char *listing, const char *ref) {
    size_t width = strlen(ref);
    bool other = false, free = true;
    for (const char *line = listing; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        bool own = strncmp(line, ref, width) == 0 && line[width] == ' ';
        other = other || !own;
        free = free && (!own || line[width + 1] == '\n');
    }
    return other && free;
}

static bool find_out(const struct git *git, const char *ref, const char *oid, bool *expendable, struct err *err) {
    const char *const args[] = {"for-each-ref", "--count=2", "--format=%(refname) %(worktreepath)",
                                "--contains",   oid,         NULL};
    const char *const own[] = {"for-each-ref", "--format=%(refname) %(worktreepath)", ref, NULL};
    struct text out = {0};
    struct git_result result = {.out = &out};
    bool done = git_run(git, &(struct git_call){.args = args, .output_max = LISTING_MAX}, &result, err) &&
                git_run(git, &(struct git_call){.args = own, .output_max = LISTING_MAX}, &result, err);
    *expendable = done && is_expendable(text_str(&out), ref);
    text_release(&out);
    return done;
}

/* Only as it was found: whoever commits there meanwhile keeps it. */
bool git_branch_drop(const struct git *git, const char *branch, bool *dropped, struct err *err) {
    char *ref = xasprintf("refs/heads/%s", branch);
    char oid[OID_SIZE];
    const char *const args[] = {"update-ref", "--no-deref", "-d", ref, oid, NULL};
    bool expendable = false, done = git_commit_of(git, ref, oid, err);
    if (done && oid[0] != '\0')
        done = find_out(git, ref, oid, &expendable, err);
    if (done && expendable)
        done = git_run(git, &(struct git_call){.args = args}, &(struct git_result){0}, err);
    *dropped = done && expendable;
    free(ref);
    return done;
}
