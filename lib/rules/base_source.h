#ifndef MC_BASE_SOURCE_H
#define MC_BASE_SOURCE_H

#include <stdbool.h>

struct argv;

/* Where the base of a workspace with `fetch` comes from: "origin/main" from main of origin where there is such a
 * remote; every other one from the branch of that name at the remote that is pushed to, else at origin. */
struct base_source {
    char *remote, *branch;
    bool local; /* base names a branch of the repository's own, which may be ahead of the remote's */
};
struct base_wish {
    const char *base;           /* as it was configured, or the branch that HEAD names */
    const char *push;           /* NULL: nowhere */
    const struct argv *remotes; /* their names */
};
void base_source(struct base_source *source, const struct base_wish *wish);
void base_source_release(struct base_source *source);

#endif
