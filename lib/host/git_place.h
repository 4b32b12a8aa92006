#ifndef MC_GIT_PLACE_H
#define MC_GIT_PLACE_H

#include <stdbool.h>

/* Git's own folders, by reading files: nothing is run, and no setting is asked. Everything is a new string. */

/* Where the .git of a folder leads, resolved; NULL: it has none, or a broken one. *linked: it is a file, not a folder.
 */
char *git_folder_of(const char *folder, bool *linked);

/* The common directory of one of these, resolved: itself where it names none. NULL: a broken one. */
char *git_common_of(const char *gitdir, bool *worktree);

/* The path in a file of one line, resolved from this folder; NULL: no such file, or it leads nowhere. */
char *git_path_in(const char *folder, const char *file, const char *prefix);

/* What the HEAD in one of these says: "ref: refs/heads/main", or a commit. NULL: nothing that can be read. */
char *git_head_of(const char *gitdir);

/* The only line of a file there; NULL: it cannot be read, or is none. */
char *git_line_in(const char *folder, const char *file);

#endif
