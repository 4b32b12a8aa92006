#ifndef MC_GIT_TREE_H
#define MC_GIT_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "host/beneath.h"
#include "host/git.h"
#include "rules/words.h"

/* One worktree: found, looked at, made, put onto a branch. Nothing here loses a byte that git has not got. */

/* Where a slot's folder is. Reads files and resolves paths, runs nothing. *tree is filled for SLOT_AT_TREE. */
struct git_folder {
    const char *pool; /* as configured */
    const char *path; /* pool/pool-1 */
};
enum slot_place git_tree_find(struct git_tree *tree, const struct git *git, const struct git_folder *folder);

/* Of SLOT_AT_OTHER: what stands there instead, into facts->owner and ->repairable. */
void git_tree_strange(const struct git *git, const struct git_folder *folder, struct slot_facts *facts);

/* Both, for whoever has the slot's lock: a worktree whose repository has been moved is linked to it again first, where
 * the repository's own entry still names this folder. */
void git_tree_locate(struct git_tree *tree, const struct git *git, const struct git_folder *folder,
                     struct slot_facts *facts);

/* A path that differs from HEAD, from git's own listing: bytes, not text. */
enum git_change_kind { CHANGE_TRACKED, CHANGE_UNTRACKED, CHANGE_UNMERGED, CHANGE_SUBMODULE, CHANGE_NESTED };
struct git_change {
    char *path;
    enum git_change_kind kind;
    bool staged; /* the index differs from HEAD */
    bool in_head;
    char *blob;               /* HEAD's, where nothing but bytes can differ; NULL: more does */
    struct beneath_seen seen; /* what git_kept_whole has compared; of the others nothing */
};
struct git_changes {
    struct git_change *items;
    size_t count, cap;
};
void git_change_release(struct git_change *change);
void git_changes_release(struct git_changes *changes);
void git_changes_add(struct git_changes *changes, struct git_change change); /* what it holds is theirs */

/* HEAD, what is under way, every change, also what assume-unchanged and skip-worktree marks hide, but for the prompts
 * that we have handed out there; the process that works in it. facts->place and facts->given are the caller's. */
bool git_tree_look(const struct git_tree *tree, struct slot_facts *facts, struct git_changes *changes, struct err *err);

/* The same for whoever only looks: the index of an agent at work is left as it is, and what marks hide is not seen. */
bool git_tree_glance(const struct git_tree *tree, struct slot_facts *facts, struct git_changes *changes,
                     struct err *err);

/* Which files a sparse checkout leaves out of it, as it is now, is how it is to be found by whoever comes next. */
bool git_tree_note_sparse(const struct git_tree *tree, struct err *err);
/* A clean one as that was noted: what a sparse checkout that was made, or changed, since then has left out is there
 * again. */
bool git_tree_fill_sparse(const struct git_tree *tree, struct err *err);

/* A new worktree at `path`, HEAD detached at the commit. Cut short, git_tree_find says NOTHING or EMPTY, whatever is in
 * the folder already (its entry bears a mark of ours until it is whole), and the next git_tree_add goes on. An entry
 * that names this path and whose folder is gone is forgotten first. 65 where something in this one's place or entry
 * must not be given up: another slot may be well. */
bool git_tree_add(const struct git *git, const char *path, const char *oid, struct err *err);

/* Has the repository a worktree at this path, whether it is there or not? */
bool git_tree_known(const struct git *git, const char *path);

/* May the entry of one whose folder is gone be forgotten? What can be is kept in refs then; 65 says what cannot. */
bool git_tree_expendable(const struct git *git, const char *path, struct err *err);

/* What a killed git_tree_add has left in the repository where there is no worktree yet. */
void git_tree_forget(const struct git *git, const char *path);

/* A clean tree onto a new branch that begins at the commit: no other of that name may be there (73). An ignored file in
 * the way of a tracked one is not overwritten (65). 66: the commit has a path that git puts nowhere. */
struct git_branch {
    const char *name; /* without refs/heads/ */
    const char *start;
};
bool git_tree_begin(const struct git_tree *tree, const struct git_branch *branch, struct err *err);

/* Is its HEAD on that branch? Reads one file; UNKNOWN: for want of memory or open files it cannot. */
enum seen git_tree_on(const struct git_tree *tree, const char *branch);

/* Locks of the index and of HEAD that a killed git has left are moved aside, beside where they were, as
 * "index.lock.<why>". For a caller who knows that no git is at work there. */
bool git_tree_unlock(const struct git_tree *tree, const char *why, struct err *err);

/* A branch that no worktree is on, and whose commit another ref holds, is deleted; any other stays. */
bool git_branch_drop(const struct git *git, const char *branch, bool *dropped, struct err *err);

/* HEAD leaves its branch and stays at its commit. */
bool git_tree_detach(const struct git_tree *tree, struct err *err);

#endif
