#ifndef MC_BASE_H
#define MC_BASE_H

#include <stdbool.h>

#include "rules/slot.h"

struct err;
struct git;
struct workspace;

/* What the branches of a workspace start from. */
struct base {
    char *name; /* as people know it: main, origin/main */
    char oid[OID_SIZE];
};
void base_release(struct base *base);

/* The branch or commit of this name; with `fetch` as its remote has it now, unless the repository's own holds all of
 * that and more. 69 where git or the remote fails, 78 where there is no such base: what to do is said, and the
 * workspace is named. */
struct base_wanted {
    const struct git *git;
    const struct workspace *workspace;
    const char *name; /* NULL: none is configured, and HEAD is on no branch */
    bool by_head;     /* it is the branch that HEAD names, because none is configured */
};
bool base_resolve(const struct base_wanted *wanted, struct base *base, struct err *err);

/* With `fetch`: is there a remote that this one comes from? It is not asked. 78 as above. */
bool base_remote(const struct base_wanted *wanted, struct err *err);

#endif
