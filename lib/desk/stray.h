#ifndef MC_STRAY_H
#define MC_STRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "host/git_tree.h"

struct json;
struct text;

/* Where a slot's worktree is when it has left the branch that its run works on: what is committed there is on another
 * branch, or on none, and nothing that looks at the ticket's own shows it. */
struct stray {
    bool yes;
    char *branch;          /* without refs/heads/; NULL: detached */
    char commit[OID_SIZE]; /* "": it cannot be read */
    char from[OID_SIZE];   /* where that parts from the base; "": not known */
    int64_t commits;       /* from there; -1: not known */
};

struct stray_asked {
    const struct git_tree *tree;
    const char *own;  /* branch; NULL: it has none yet, so nothing is astray */
    const char *base; /* a commit; NULL: not known */
    int64_t timeout_ms;
};
void stray_look(struct stray *stray, const struct stray_asked *asked);
void stray_release(struct stray *stray);

/* "its worktree is on branch feature: 1 commit beyond main" */
void stray_say(struct text *out, const struct stray *stray, const char *base);

/* branch, commit, commits; NULL where it is not astray. stray_put: as "elsewhere", null for NULL. */
struct json *stray_json(const struct stray *stray);
void stray_put(struct json *object, struct json *elsewhere);

#endif
