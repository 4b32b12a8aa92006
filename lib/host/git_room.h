#ifndef MC_GIT_ROOM_H
#define MC_GIT_ROOM_H

#include <stdbool.h>

#include "host/git.h"

/* Where a commit has a file in place of a folder, git removes that folder whole, and with it whatever is called .git in
 * there: it never lists that. 65 names one before it goes from one commit to the other. 66 names a path, such as .git
 * or one with .. in it, that git puts nowhere. */
bool git_room_for(const struct git_tree *tree, const char *from, const char *to, struct err *err);

/* To move that file or folder of the tree beside the tree, where it is in nobody's way. */
void git_room_advise(const struct git_tree *tree, const char *path, struct err *err);

#endif
