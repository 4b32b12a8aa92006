#include "host/git_sparse.h"

#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git_part.h"
#include "host/git_tree.h"

/* Git leaves out by the patterns in PATTERNS, where a setting says so, too; without that file it leaves out nothing,
 * whatever is set. In NOTED stand those by which nobody's agent has begun it. */
#define PATTERNS "info/sparse-checkout"
#define NOTED "mc-sparse"
#define EVERYTHING "/*\n"

enum { PATTERNS_MAX = 64 * 1024 * 1024 };

static char *path_of(const struct git_tree *tree, const char *name) {
    return xasprintf("%s/%s", tree->admin, name);
}

bool git_sparse_is(const struct git_tree *tree, bool *sparse, struct err *err) {
    static const char *const args[] = {"config", "--type=bool", "--get", "core.sparseCheckout", NULL};
    struct text out = {0}, said = {0};
    struct git_result result = {.out = &out, .errors = &said};
    char *patterns = path_of(tree, PATTERNS);
    struct stat seen;
    bool done = true;
    *sparse = false;
    if (lstat(patterns, &seen) == 0) {
        done = git_run(tree->git, &(struct git_call){.tree = tree, .args = args}, &result, err);
        *sparse = done && strcmp(text_str(&out), "true\n") == 0;
    }
    free(patterns);
    text_release(&out);
    text_release(&said);
    return done;
}

static bool read_in(const struct git_tree *tree, const char *name, struct text *bytes, struct err *err) {
    char *path = path_of(tree, name);
    bool done = files_read(bytes, path, PATTERNS_MAX, err);
    free(path);
    return done;
}

static bool write_in(const struct git_tree *tree, const char *name, const struct text *bytes, struct err *err) {
    char *path = path_of(tree, name);
    bool done = files_write(path, text_str(bytes), bytes->len, err);
    free(path);
    return done;
}

static void remove_in(const struct git_tree *tree, const char *name) {
    char *path = path_of(tree, name);
    files_remove(path);
    free(path);
}

bool git_tree_note_sparse(const struct git_tree *tree, struct err *err) {
    struct text patterns = {.max = SIZE_MAX};
    bool sparse, done = git_sparse_is(tree, &sparse, err);
    if (done && sparse)
        done = read_in(tree, PATTERNS, &patterns, err) && write_in(tree, NOTED, &patterns, err);
    else if (done)
        remove_in(tree, NOTED);
    text_release(&patterns);
    return done;
}

/* What is to stand there is read only where a file of ours is: an agent may have put anything in the patterns' place.
 */
static bool lay_out(const struct git_tree *tree, bool *noted, struct err *err) {
    static const char *const args[] = {"sparse-checkout", "reapply", NULL};
    struct text patterns = {.max = SIZE_MAX};
    struct err none = {0};
    bool done;
    *noted = read_in(tree, NOTED, &patterns, &none);
    if (!*noted) {
        text_clear(&patterns);
        text_add(&patterns, EVERYTHING);
    }
    done = write_in(tree, PATTERNS, &patterns, err) && git_part(tree, &(struct git_part){.args = args}, err);
    err_release(&none);
    text_release(&patterns);
    return done;
}

bool git_tree_fill_sparse(const struct git_tree *tree, struct err *err) {
    bool sparse, noted, done = git_sparse_is(tree, &sparse, err);
    if (!done || !sparse)
        return done;
    done = lay_out(tree, &noted, err);
    if (done && !noted)
        remove_in(tree, PATTERNS);
    return done;
}
