/* What becomes of one worktree when its slot is given back, and taken again, without a board around it:
 *
 *     keep_driver giveback REPO POOL SLOT STATE [MOST]     preserve, verify, note the commit in STATE, clean
 *     keep_driver restore  REPO POOL SLOT STATE            and back, from what STATE names
 *
 * Prints the commit. STATE stands for runs.preserved. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git_keep.h"
#include "host/spawn.h"

enum { PASSES = 4, STATE_MAX = 4096 };
#define REF "refs/mc/preserved/MC-1/0123456789abcdef"

struct bench {
    struct git git;
    struct git_tree tree;
    const char *state;
    int64_t most;
};

static bool open_bench(struct bench *bench, char **words, struct err *err) {
    char *path = xasprintf("%s/%s", words[3], words[4]), *lock;
    struct git_folder folder = {.pool = words[3], .path = path};
    bool done = git_open(&bench->git, words[2], err);
    if (done && git_tree_find(&bench->tree, &bench->git, &folder) != SLOT_AT_TREE)
        done = err_set(err, MC_DATAERR, "%s is no worktree", path);
    if (done) { /* of a git that was killed */
        lock = xasprintf("%s/index.lock", bench->tree.admin);
        files_remove(lock);
        free(lock);
    }
    bench->state = words[5];
    bench->most = words[6] != NULL ? strtoll(words[6], NULL, 10) : INT64_MAX;
    free(path);
    return done;
}

/* *oid: new string; NULL: nothing was kept. */
static bool noted(const struct bench *bench, char **oid, struct err *err) {
    char bytes[STATE_MAX];
    size_t n = files_head(bench->state, bytes, sizeof bytes);
    *oid = n > 0 ? xstrndup(bytes, n) : NULL;
    return n > 0 || !files_exists(bench->state) || err_set(err, MC_IOERR, "%s cannot be read", bench->state);
}

static bool give_back_once(struct bench *bench, struct git_changes *changes, struct err *err) {
    char *earlier = NULL;
    bool done = noted(bench, &earlier, err);
    struct git_keeping keeping = {.ref = REF, .earlier = earlier, .message = "work of a run", .most = bench->most};
    struct git_kept kept = {.oid = keeping.oid, .again = earlier != NULL};
    done = done && git_keep(&bench->tree, changes, &keeping, err) &&
           git_kept_whole(&bench->tree, changes, &kept, err) &&
           files_write(bench->state, keeping.oid, strlen(keeping.oid), err) && git_clean(&bench->tree, changes, err);
    free(earlier);
    return done;
}

static bool give_back(struct bench *bench, struct err *err) {
    for (int pass = 0; pass < PASSES; pass++) {
        struct git_changes changes = {0};
        struct slot_facts facts = {.place = SLOT_AT_TREE};
        bool done = git_tree_look(&bench->tree, &facts, &changes, err), clean = done && changes.count == 0;
        if (done && !clean)
            done = give_back_once(bench, &changes, err);
        slot_facts_release(&facts);
        git_changes_release(&changes);
        if (!done || clean)
            return done;
    }
    return err_set(err, MC_DATAERR, "%s does not become clean", bench->tree.path);
}

static bool restore(struct bench *bench, struct err *err) {
    char *oid = NULL;
    bool done = noted(bench, &oid, err) && (oid == NULL || git_restore(&bench->tree, oid, err));
    free(oid);
    return done;
}

int main(int argc, char **argv) {
    struct bench bench = {0};
    struct err err = {0};
    bool done;
    char *oid = NULL;
    spawn_note_caller();
    if (argc < 6)
        return MC_USAGE;
    done = open_bench(&bench, argv, &err) &&
           (strcmp(argv[1], "restore") == 0 ? restore(&bench, &err) : give_back(&bench, &err));
    done = done && noted(&bench, &oid, &err);
    if (done)
        printf("%s\n", oid != NULL ? oid : "clean");
    else
        fprintf(stderr, "%s\n", err.text);
    free(oid);
    git_tree_release(&bench.tree);
    git_release(&bench.git);
    int code = done ? 0 : (int)err.code;
    err_release(&err);
    return code;
}
