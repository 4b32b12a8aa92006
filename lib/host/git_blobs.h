#ifndef MC_GIT_BLOBS_H
#define MC_GIT_BLOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "host/beneath.h"
#include "host/git.h"

struct err;

/* Files and links of a tree as blobs in its repository, their bytes as they stand, by one `git fast-import`: streamed,
 * so that a large one is never held. */
struct git_blob {
    const char *path;
    struct beneath_seen seen; /* before: a file or a link. After: as it was while it was read */
    char oid[OID_SIZE];       /* the answer */
};
struct git_blobs {
    struct git_blob *items;
    size_t count, cap;
};
/* 77 what cannot be read, 65 what changed meanwhile, 74 a full disk. */
bool git_blobs_write(const struct git_tree *tree, struct beneath *beneath, struct git_blobs *blobs, struct err *err);

#endif
