#ifndef MC_GIT_CONVERTED_H
#define MC_GIT_CONVERTED_H

#include <stdbool.h>

#include "host/git_tree.h"

/* Git converts what it compares, as the repository's attributes say (gitattributes(5): text, eol, ident,
 * working-tree-encoding), and calls changed what it has just checked out where the way back leads elsewhere: CRLF in a
 * commit that "text" takes away, line ends of both kinds under "eol=crlf". A file is no change where it holds what git
 * checks out of HEAD: it goes from `changes` to `converted`, each as it was `seen` before it was compared. One that
 * cannot be compared stays a change. */
bool git_converted_find(const struct git_tree *tree, struct git_changes *changes, struct git_changes *converted,
                        struct err *err);

#endif
