#ifndef MC_WORKSPACE_H
#define MC_WORKSPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/argv.h"

/* A repository and the pool of worktrees in which agents work on it, as the configuration says it (SPEC section 6). */
enum hook { HOOK_AFTER_CREATE, HOOK_BEFORE_RUN, HOOK_AFTER_RUN, HOOK_BEFORE_REMOVE, HOOK_COUNT };

/* The name of the key `workspace`; those of `workspaces` have their own. */
#define WORKSPACE_DEFAULT "default"

struct workspace {
    char *name;
    char *repo;                    /* absolute */
    char *pool;                    /* absolute; NULL: "pool/NAME" beside the board */
    int64_t size;                  /* slots pool-1 to pool-<size> */
    char *base;                    /* a branch; NULL: the one that the repository's HEAD names */
    char *branch_prefix;           /* "" where there is none */
    char *push;                    /* a remote; NULL: nothing is pushed */
    char *push_url;                /* where that must lead; NULL: where it led when it was first seen */
    bool fetch;                    /* before each run */
    struct argv hooks[HOOK_COUNT]; /* [0] an absolute path, or looked up on PATH; empty: none */
};

const char *hook_name(enum hook hook); /* "after_create" */

void workspace_release(struct workspace *workspace);

#endif
