#ifndef MC_GIT_HELD_H
#define MC_GIT_HELD_H

/* What git would open for a file of its own, and then wait for whoever writes there: in a worktree, at any depth, a
 * FIFO or the like by the name of .gitignore, .gitattributes, .gitmodules or .mailmap; in its administrative folder
 * any FIFO, and any link to one. Its path, in the worktree or from the root, as a new string; NULL: there is none, or
 * none was found in ten seconds. Another file system that is mounted there is not gone into. */
char *git_held_up(const char *worktree, const char *admin);

/* The same for what any git of a repository opens in its common folder (measured: status, for-each-ref, worktree list,
 * commit, fetch of git 2.39): its path as a new string, or NULL. */
char *git_held_common(const char *common);

#endif
