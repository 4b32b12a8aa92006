#ifndef MC_CHANGES_H
#define MC_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/stray.h"
#include "host/git_show.h"
#include "rules/rows.h"
#include "store/slots.h"

struct err;
struct json;
struct run_list;
struct site;
struct text;
struct workspace;

/* What a ticket has changed (SPEC section 6): committed on the branch of its last run that had one, not committed in
 * the slots that are its own or lie in quarantine with its work, and kept when its slot was given back. */
struct changes {
    struct site *site;
    const struct run *run; /* NULL: none had a branch, nor works on one. Of the caller's list */
    struct slot_list slots;
    struct slot_list away;             /* the same of the other host that the run is of, on a shared board */
    const struct workspace *workspace; /* of the run; NULL: the configuration has it no more */
    char *why;                         /* the repository, or the branch, cannot be read; one line */
    char *missing;                     /* of another host's run: what is there alone; NULL: nothing, or not asked */
    bool opened;
    struct git git;
    char from[OID_SIZE], to[OID_SIZE]; /* of what is committed; to "": the branch is not there */
    int64_t commits;
    struct git_stat stat;
    struct stray *strays; /* of each slot; NULL: the repository was not looked at */
};

/* By the rows alone; runs of no other ticket. False: the board. */
bool changes_find(struct site *site, const struct run_list *runs, struct changes *changes, struct err *err);

/* What of another host's run its remote has is fetched first; before changes_look. False: the board. */
bool changes_fetch(struct changes *changes, int64_t timeout_ms, struct err *err);

/* Then by the repository, within the time for each call of git: from, to, commits and stat, else why; strays. */
void changes_look(struct changes *changes, int64_t timeout_ms);

/* Of the slot that is its own, where it has one: how many files are not committed there, and in strays whether it has
 * left its branch; with a run. False: it cannot be told in the time. */
bool changes_glance(struct changes *changes, int64_t timeout_ms, size_t *files);

void changes_release(struct changes *changes);

/* Of what is committed, where `why` is NULL: "3 commits, 1 file, +10 -2"; from, to, commits, files, added, removed. */
void changes_say(struct text *out, const struct changes *changes);
void changes_put(struct json *object, const struct changes *changes);

/* Its host, where that is another one of a shared board; NULL. */
const char *changes_host(const struct changes *changes);

/* The trees of its slots: false, with why in `err`, for what is none any more. */
bool changes_tree(const struct changes *changes, const struct slot *slot, struct git_tree *tree, struct err *err);

/* The part of its work that was kept: from its first parent. *from "" where it cannot be read. */
void changes_kept(const struct changes *changes, char from[OID_SIZE]);

#endif
