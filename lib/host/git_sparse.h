#ifndef MC_GIT_SPARSE_H
#define MC_GIT_SPARSE_H

#include <stdbool.h>

struct err;
struct git_tree;

/* Does a sparse checkout leave files out of this worktree? */
bool git_sparse_is(const struct git_tree *tree, bool *sparse, struct err *err);

#endif
