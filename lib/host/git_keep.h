#ifndef MC_GIT_KEEP_H
#define MC_GIT_KEEP_H

#include <stdbool.h>

#include "host/git_tree.h"

/* Preserve, verify, clean, and later restore: SPEC section 6. The bytes are taken as they stand in the tree, without
 * any conversion. */

/* Everything that differs from HEAD as a commit whose first parent is HEAD, the second the index where that differs
 * (as stash has it), then `earlier`, as it is on that HEAD. What `earlier` has kept and is gone from the tree stays in
 * it. The tree and its index are not touched. 69 when git fails, 74 a full disk, 77 what cannot be read, 65 more than
 * `most` bytes. */
struct git_keeping {
    const char *ref;     /* refs/mc/preserved/MC-1/RUN_ID, made or moved */
    const char *earlier; /* what an earlier try, cut short, has kept and verified; NULL: none */
    const char *message; /* one line */
    int64_t most;        /* bytes */
    char oid[OID_SIZE];  /* the answer */
    bool apart;          /* `earlier` touches what was committed since: it is held as a parent, not mixed in */
};
bool git_keep(const struct git_tree *tree, const struct git_changes *changes, struct git_keeping *keeping,
              struct err *err);

/* Read back from the repository and compared byte by byte, mode by mode, with the tree; what was compared
 * is noted in each change. `again`: a path that the tree
 * has lost since may be in it. False with err 65 naming the path where something differs. */
struct git_kept {
    const char *oid;
    bool again;
};
bool git_kept_whole(const struct git_tree *tree, struct git_changes *changes, const struct git_kept *kept,
                    struct err *err);

/* Tracked files as HEAD has them, the index too; untracked ones of `changes` removed, each only if it is still the one
 * that was compared (`seen`, by git_kept_whole). Ignored ones stay, and are named where they are in the way (73). 65
 * where one has changed since. Safe to repeat. */
bool git_clean(const struct git_tree *tree, const struct git_changes *changes, struct err *err);

/* What was kept, into a clean tree whose HEAD is the commit's first parent (65 where it is not): tree, index and modes
 * as they were. Cut short, it is called again. Nothing else is overwritten: 73 names an ignored file that is in the
 * way, 65 a changed one. */
bool git_restore(const struct git_tree *tree, const char *oid, struct err *err);

#endif
