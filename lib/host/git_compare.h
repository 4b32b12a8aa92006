#ifndef MC_GIT_COMPARE_H
#define MC_GIT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "host/beneath.h"
#include "host/git.h"

struct err;

/* Files and links of a tree, byte by byte, against blobs that are read back from its repository. */
struct git_comparison {
    const char *path;
    const char *oid;
    struct beneath_seen seen; /* the answer: what was compared, and did not change meanwhile */
    bool same;                /* the answer; false, too, for what is neither file nor link */
};
struct git_comparisons {
    struct git_comparison *items;
    size_t count, cap;
};
/* False where git fails, or a file cannot be read (77). */
bool git_compare(const struct git_tree *tree, struct beneath *beneath, struct git_comparisons *comparisons,
                 struct err *err);

#endif
