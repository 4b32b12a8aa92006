#ifndef MC_GIT_ENTRY_H
#define MC_GIT_ENTRY_H

#include <stdbool.h>

#include "host/git.h"

/* A worktree's administrative folder, common/worktrees/NAME, where the worktree itself is not (yet) whole. */

/* In the entry's file `locked` from its first moment until its tree is whole. */
#define GIT_ENTRY_MARK "mc-pickup is making it"

bool git_entry_is(const struct git *git, const char *admin); /* one of this repository's */
bool git_entry_is_ours(const char *admin);                   /* it bears that mark */
bool git_entry_is_begun(const char *admin);                  /* git itself was at it */
bool git_entry_is_whole(const char *admin);                  /* all but its index and tree are there */

/* Takes away each empty `commondir` of an entry with that mark: a git that died before it wrote it leaves it so, and
 * every `worktree add` of the repository dies of it. Not while another of ours may be about to write it. */
void git_entries_unblock(const struct git *git);

/* Nothing but a .git, at most, is in this folder: all that there is before a tree is filled. */
bool git_entry_alone(const char *folder);

/* The one that names the worktree at this path, as a new string; NULL: none does. */
char *git_entry_of(const struct git *git, const char *path);

/* Before one whose folder is gone is given up: a commit that only its HEAD holds, and what only its index holds, are
 * kept under refs/mc/entries/. 65 where that cannot be, or somebody has locked it. */
struct git_entry {
    char *admin;
    const char *path; /* its worktree's */
};
bool git_entry_save(const struct git *git, const struct git_entry *entry, struct err *err);

/* The same of the one that names the worktree at this path, where there is one. */
bool git_entry_give_up(const struct git *git, const char *path, struct err *err);

#endif
