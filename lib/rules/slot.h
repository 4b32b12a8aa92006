#ifndef MC_SLOT_H
#define MC_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/exits.h"

struct text;

/* What a look at one worktree of a pool has found (host/git_tree.h looks), and what follows from it: SPEC section 6. */

enum { OID_SIZE = 65 }; /* a git object's name in hexadecimal, SHA-1 or SHA-256, with its NUL */
/* So many bytes at most are copied into the repository unasked. */
#define SLOT_KEEP_MOST ((int64_t)4 << 30)

/* Where its folder is, by resolved paths. */
enum slot_place {
    SLOT_AT_NOTHING, /* there is no folder */
    SLOT_AT_EMPTY,   /* an empty one: a worktree that was never made */
    SLOT_AT_TREE,    /* a worktree of its repository, inside the pool */
    SLOT_AT_LINK,    /* a symbolic link, wherever it leads */
    SLOT_AT_MAIN,    /* the repository's main checkout, or around it */
    SLOT_AT_OUTSIDE, /* not inside the resolved pool */
    SLOT_AT_OTHER,   /* a folder that is no worktree of this repository, or whose .git is broken */
    SLOT_AT_UNKNOWN  /* for want of memory or open files it cannot be told */
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
    char *owner;          /* of SLOT_AT_OTHER: the repository of which it is a worktree; NULL: of none that is there */
    bool repairable;      /* of SLOT_AT_OTHER: git worktree repair knows what it was */
    int64_t process;      /* one whose working directory is in it; 0: none; less: it cannot be told */
    char program[32];     /* its name */
    char *branch;         /* that HEAD names, without refs/heads/; NULL: detached */
    char head[OID_SIZE];  /* the commit there; "": none (unborn) */
    char given[OID_SIZE]; /* the caller's: where it stood when it was given back; that is nobody's work */
    bool held;            /* detached: some ref holds that commit, or it is the one at which it was given back */
    enum slot_underway underway;
    bool held_up;            /* git would wait for what `example` names: it was not asked for what follows */
    size_t changed;          /* tracked paths that differ from HEAD, in the index or in the tree */
    size_t untracked;        /* files that are neither tracked nor ignored */
    size_t unmerged, nested; /* paths with a conflict; repositories inside that no commit names */
    size_t submodules;       /* that are not as their commit says, or hold something themselves */
    size_t mounted;          /* changed paths that are in a mount below it */
    size_t unreadable;       /* of those to be kept */
    int64_t bytes;           /* of those to be kept, as far as they were measured */
    char *example;           /* a path of what is in the way, cleaned for a line; NULL: none */
};
void slot_facts_release(struct slot_facts *facts);

/* What is done with it: the first row of one table that holds decides (slot.c). */
enum slot_end {
    SLOT_READY,   /* clean: it may be given to the next, or an agent may start in it */
    SLOT_MISSING, /* nothing of a worktree is there, and none is lost: it is made anew when it is needed */
    SLOT_KEEP,    /* holds work that can be kept whole */
    SLOT_WAIT,    /* left as it is, and looked at again */
    SLOT_ASIDE    /* quarantined: nobody of ours touches it until a person has released it */
};
struct slot_ruling {
    enum slot_end end;
    const char *reason; /* one word: "merge" */
    const char *words;  /* what is so, for a sentence */
    const char *rescue; /* commands, with $git, $path, $repo and $owner in them; NULL: none but a look */
};

struct slot_asked {
    const struct slot_facts *facts;
    bool own_branch; /* the branch of facts is one of this ticket's */
    bool starts;     /* an agent is to start in it; else it is given back */
    bool moved;      /* starts: it was clean, and has gone to another commit since */
};
struct slot_ruling slot_rule(const struct slot_asked *asked);

/* What cannot be kept whole because git, the disk or the tree failed on the way, by the failure's exit code. */
struct slot_ruling slot_rule_failed(enum mc_exit code);

/* What keeps one slot, by itself, from being made or begun: git_tree_add and git_tree_begin have said why. */
struct slot_ruling slot_rule_entry(void);
struct slot_ruling slot_rule_in_the_way(void);

/* One clean line for a person: what is so, what is in it, how to rescue it, and how to give it back then. */
struct slot_saying {
    const struct slot_ruling *ruling;
    const struct slot_facts *facts; /* NULL: it was not looked at */
    const char *name, *path, *repo;
    const char *why; /* more of what was seen; NULL: nothing */
};
void slot_say(struct text *out, const struct slot_saying *saying);

/* What is so and what rescues it, alone. */
void slot_say_rescue(struct text *out, const struct slot_saying *saying);

#endif
