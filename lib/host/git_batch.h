#ifndef MC_GIT_BATCH_H
#define MC_GIT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/git.h"

struct err;

/* Blobs out of the repository, by `git cat-file --batch`, in the order they are asked for and never whole in memory. */
struct git_batch {
    const char *const *oids;
    size_t count;
    /* The next blob begins, goes on, is over. False ends it all. */
    bool (*begin)(void *context, int64_t size, struct err *err);
    bool (*bytes)(void *context, const char *bytes, size_t n, struct err *err);
    bool (*end)(void *context, struct err *err);
    void *context;
};
/* 65 where the repository has not got one of them. */
bool git_batch(const struct git_tree *tree, const struct git_batch *batch, struct err *err);

/* What cat-file prints, taken apart. */
struct git_batch_reading {
    const struct git_batch *batch;
    size_t done; /* blobs */
    int64_t left;
    bool inside; /* between a blob's header and the newline behind it */
    char header[128];
    size_t header_len;
};
bool git_batch_take(void *reading, const char *bytes, size_t n, struct err *err);

#endif
