#ifndef MC_SLOT_H
#define MC_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a look at one worktree of a pool has found (host/git_tree.h looks), and what follows from it: SPEC section 6. */

enum { OID_SIZE = 65 }; /* a git object's name in hexadecimal, SHA-1 or SHA-256, with its NUL */

/* Where its folder is, by resolved paths. */
enum slot_place {
    SLOT_AT_NOTHING, /* there is no folder */
    SLOT_AT_EMPTY,   /* an empty one: a worktree that was never made */
    SLOT_AT_TREE,    /* a worktree of its repository, inside the pool */
    SLOT_AT_LINK,    /* a symbolic link, wherever it leads */
    SLOT_AT_MAIN,    /* the repository's main checkout, or around it */
    SLOT_AT_OUTSIDE, /* not inside the resolved pool */
    SLOT_AT_OTHER    /* a folder that is no worktree of this repository, or whose .git is broken */
};

/* An operation of git's that was begun there and is not over. */
enum slot_underway {
    UNDERWAY_NOTHING,
    UNDERWAY_MERGE,
    UNDERWAY_REBASE,
    UNDERWAY_AM,
    UNDERWAY_CHERRY_PICK,
    UNDERWAY_REVERT,
    UNDERWAY_BISECT
};

struct slot_facts {
    enum slot_place place;
    int64_t process;     /* one whose working directory is in it; 0: none */
    char program[32];    /* its name */
    char *branch;        /* that HEAD names, without refs/heads/; NULL: detached */
    char head[OID_SIZE]; /* the commit there; "": none (unborn) */
    bool held;           /* detached: some ref holds that commit */
    enum slot_underway underway;
    size_t changed;          /* tracked paths that differ from HEAD, in the index or in the tree */
    size_t untracked;        /* files that are neither tracked nor ignored */
    size_t unmerged, nested; /* paths with a conflict; repositories inside that no commit names */
    size_t submodules;       /* that are not as their commit says, or hold something themselves */
    size_t unreadable;       /* of those to be kept */
    int64_t bytes;           /* of those to be kept, as far as they were measured */
    char *example;           /* a path of what is in the way, cleaned for a line; NULL: none */
};
void slot_facts_release(struct slot_facts *facts);

#endif
