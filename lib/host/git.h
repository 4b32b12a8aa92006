#ifndef MC_GIT_H
#define MC_GIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/argv.h"
#include "rules/slot.h"

struct err;
struct spawn_meanwhile;
struct spawn_source;
struct text;

/* The git program (2.39), the only place that runs it. What an agent may have written into the repository's settings,
 * hooks, attributes or the tree never runs: hooks, filters, fsmonitor, pager, editor, prompts, credential helpers,
 * signing, lazy fetches and automatic maintenance are off; nothing of the caller's GIT_* gets through; the repository,
 * the administrative folder and the work tree are named to every call. Argument vectors only, a time limit, bounded
 * output. */
struct git_stamp {
    int64_t inode, size, seconds, nanoseconds;
};
struct git_settings {
    struct argv guards;  /* NAME, VALUE, NAME, VALUE …: over those of any file; the filters that these name are off */
    struct argv network; /* more of them for a fetch or push: the person's own credential helpers, and no others */
    char *ssh;           /* GIT_SSH_COMMAND of a fetch or push */
    struct git_stamp stamp; /* of the file that they were read from: another one is read again before the next git */
    bool tables;            /* its refs are not files (reftable): HEAD and the branches are read nowhere else by us */
    bool includes;          /* others, some only for a branch or a tree: they are read again before each git */
};
struct git {
    char *program; /* absolute */
    char *repo;    /* as it was configured */
    char *common;  /* its common directory, resolved */
    char *main;    /* its main work tree, resolved; NULL: it is bare */
    struct git_settings settings;
    int lock; /* a descriptor that each git inherits, so that a lock outlives us as long as one is at work; -1: none. A
                 fetch or push does not: what its ssh or credential helper leaves behind would hold it. */
};

/* Finds the program and looks at the repository: 69 when there is no git, 78 when `repo` is no repository, or cannot be
 * read. */
bool git_open(struct git *git, const char *repo, struct err *err);
void git_release(struct git *git);

/* One worktree that git_tree_find has found. */
struct git_tree {
    const struct git *git;
    char *path;          /* resolved */
    char *admin;         /* its administrative folder, resolved: common/worktrees/NAME */
    const char *objects; /* where git writes new objects, and looks for them first; NULL: the repository's */
};
void git_tree_release(struct git_tree *tree);

/* A stream out. */
struct git_sink {
    bool (*take)(void *context, const char *bytes, size_t n, struct err *err);
    void *context;
};

struct git_call {
    const struct git_tree *tree; /* NULL: the repository itself */
    const char *const *args;     /* "status", "-z", …, NULL */
    const char *input;           /* NULL: none */
    size_t input_len;
    const struct spawn_source *source;       /* instead of input */
    const struct git_sink *sink;             /* instead of out */
    const char *index;                       /* another index file; NULL: the tree's */
    const char *const *settings;             /* NAME, VALUE, …, NULL: for this call, over all others; NULL: none */
    const struct spawn_meanwhile *meanwhile; /* what we do while it works; NULL: nothing */
    bool network;       /* a fetch or push: the person's own transports, ssh and credentials are let in */
    int64_t timeout_ms; /* 0: two minutes */
    size_t output_max;  /* 0: 16 MiB */
};
struct git_result {
    struct text *out;    /* what the caller gave to collect in; NULL: thrown away */
    struct text *errors; /* the same; NULL: they go into err where it failed */
    int status;          /* exit status; 0 unless `may_fail` was asked for by giving a result with errors */
};
/* False: it could not be run, was ended at its time, put out too much, or (where result has no `errors`) failed: err
 * holds its own first line, cleaned, and names the repository or tree. 69; 74 where its disk is full, 71 where the
 * machine has no room for it, 75 where it was ended by a signal or at its time, 78 where it is something in the
 * repository that a person has to mend. */
bool git_run(const struct git *git, const struct git_call *call, struct git_result *result, struct err *err);

/* From here on no call takes longer than until this moment of clock_monotonic, whatever it asks for; 0: as they ask. */
void git_until(int64_t until);

/* What a run that ended with another status than 0 said in result->errors, as err; false. */
bool git_failed(const struct git *git, const struct git_call *call, const struct git_result *result, struct err *err);

/* The commit that a name means; "" where git says that there is none such. */
bool git_commit_of(const struct git *git, const char *name, char oid[OID_SIZE], struct err *err);

/* The checkout of it, the main one or a worktree, that a path without links lies in, as a new string; NULL: in none. */
char *git_checkout_around(const struct git *git, const char *path);

/* The branch that the repository's HEAD names, without refs/heads/, as a new string; NULL: detached. */
bool git_head_branch(const struct git *git, char **branch, struct err *err);

#endif
