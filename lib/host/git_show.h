#ifndef MC_GIT_SHOW_H
#define MC_GIT_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/git_remote.h"
#include "host/git_tree.h"

/* What a person asks to see of a branch or a tree; nothing is changed. Where it takes longer than was asked it is a
 * failure. */

/* Where the histories of both part: the commit from which `to` has gone on; *oid "" where they share none. */
bool git_fork(const struct git *git, const struct git_span *span, char oid[OID_SIZE], struct err *err);

/* The lines that `git diff --stat` has, into the sink. */
bool git_stat_lines(const struct git *git, const struct git_span *span, const struct git_sink *sink, struct err *err);

/* What tracked files of a tree have that HEAD has not, staged or not: the patch, or those lines. */
struct git_tree_diff {
    const struct git_tree *tree;
    const struct git_sink *sink;
    bool stat;
    int64_t timeout_ms; /* 0: git_run's own */
};
bool git_tree_diff(const struct git_tree_diff *diff, struct err *err);

/* How many files of a tree differ from HEAD, new ones too. */
bool git_tree_count(const struct git_tree *tree, int64_t timeout_ms, size_t *files, struct err *err);

#endif
