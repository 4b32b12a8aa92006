#ifndef MC_GIT_MARKS_H
#define MC_GIT_MARKS_H

#include <stdbool.h>

#include "base/argv.h"
#include "base/text.h"
#include "host/git_tree.h"
#include "host/spawn.h"

/* What git's listing of changes leaves out: files that the index marks so that nobody looks at them, what goes on
 * inside of submodules, and a .gitignore that hides itself with all that is new beside it. */
struct git_marks {
    struct text assumed, skipped; /* names, each with its NUL: of assume-unchanged, and of skip-worktree but for what a
                                     sparse checkout leaves out */
    struct argv submodules;       /* those that are there */
    struct argv ignorers;         /* .gitignore files above tracked files that are not tracked themselves */
};
bool git_marks_read(struct git_marks *marks, const struct git_tree *tree, const struct spawn_meanwhile *meanwhile,
                    struct err *err);
void git_marks_release(struct git_marks *marks);

bool git_marks_hide(const struct git_marks *marks);
/* Takes those marks away; a sparse checkout stays one. */
bool git_marks_clear(const struct git_marks *marks, const struct git_tree *tree, struct err *err);

/* Nothing of its own in it: no change, no hidden one, no submodule inside. */
bool git_submodule_clean(const struct git_tree *tree, const char *path, bool *clean, struct err *err);

#endif
