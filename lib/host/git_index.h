#ifndef MC_GIT_INDEX_H
#define MC_GIT_INDEX_H

#include <stdbool.h>

#include "base/text.h"
#include "host/git_tree.h"

struct err;

/* Trees made by way of an index that is not the slot's own: a working copy in the administrative folder. */

/* What the slot's index holds, which is not touched. */
struct git_index_state {
    bool differs;        /* from HEAD */
    char tree[OID_SIZE]; /* filled where it may differ */
    struct text body;    /* for the message of its commit: names the paths that are only marked as "to be added" */
};
bool git_index_state(const struct git_tree *tree, const struct git_changes *changes, struct git_index_state *state,
                     struct err *err);

/* A tree made of another one (a commit's, or a tree's) and of changes to it, as `git update-index -z --index-info`
 * reads them. */
struct git_index_edit {
    const char *base;
    const struct text *entries;
};
bool git_index_edited(const struct git_tree *tree, const struct git_index_edit *edit, char oid[OID_SIZE],
                      struct err *err);

/* The paths that such a message names, each ended by a NUL. */
void git_index_intents(const char *message, struct text *paths);

#endif
