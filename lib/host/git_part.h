#ifndef MC_GIT_PART_H
#define MC_GIT_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/git.h"

/* One call of git's plumbing inside a worktree, as keeping needs it: what is written is flushed before git ends, and
 * names that only another system would mind are let through. */
struct git_part {
    const char *const *args; /* …, NULL */
    const char *index;       /* a working copy of the index, see git_index.h; NULL: the tree's own */
    const char *input;
    size_t input_len;
    const struct spawn_source *source;
    const struct git_sink *sink;
    struct text *out;
    int *status; /* where not NULL, an exit status that is not 0 is no failure */
};
bool git_part(const struct git_tree *tree, const struct git_part *part, struct err *err);

/* The same, for one that prints the name of an object. */
bool git_part_oid(const struct git_tree *tree, const struct git_part *part, char oid[OID_SIZE], struct err *err);

/* The commit at HEAD. */
bool git_part_head(const struct git_tree *tree, char oid[OID_SIZE], struct err *err);

#endif
