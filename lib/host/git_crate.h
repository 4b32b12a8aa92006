#ifndef MC_GIT_CRATE_H
#define MC_GIT_CRATE_H

#include <stdbool.h>

#include "host/git.h"

struct err;

/* New objects of one worktree, made beside those of its repository and brought in as one whole pack. A `git gc`,
 * `repack` or `prune` of somebody's may run at any time: it drops what no ref holds, though it was written a moment
 * ago. What is in the crate none of them sees; the pack has its .keep before it has its name, until the ref stands. So
 * each of them has seen no pack, a kept one, or the ref. */
struct git_crate {
    struct git_tree tree; /* the worktree; what git writes for it goes into the crate */
    char *folder;         /* common/objects/mc-NAME */
};
/* Empty; what an earlier one, cut short, has left is gone. So far git sees no object but the crate's own. 73. */
bool git_crate_open(struct git_crate *crate, const struct git_tree *tree, struct err *err);

/* From now on it sees those of the repository, too. */
bool git_crate_join(struct git_crate *crate, struct err *err);

/* What a commit holds beyond another, as one pack in the repository, kept. 75 where something of it has just been
 * dropped by another git. */
struct git_crated {
    const char *commit, *beyond;
    const char *earlier; /* and beyond that; "": none */
};
bool git_crate_deliver(struct git_crate *crate, const struct git_crated *crated, struct err *err);

/* A ref holds it, or it is given up: the .keep and the crate go. */
void git_crate_close(struct git_crate *crate);

#endif
