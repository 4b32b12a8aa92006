#ifndef MC_GIT_ONTO_H
#define MC_GIT_ONTO_H

#include "host/git.h"

/* What was kept, as it is on another commit, for git_restore: a commit that no ref holds. oid "": what was committed
 * there since touches the same files otherwise. 65 where it is none of ours. */
struct git_onto {
    const char *kept, *tip;
    char oid[OID_SIZE]; /* the answer */
};
bool git_kept_onto(const struct git_tree *tree, struct git_onto *onto, struct err *err);

#endif
