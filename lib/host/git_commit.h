#ifndef MC_GIT_COMMIT_H
#define MC_GIT_COMMIT_H

#include <stdbool.h>

#include "host/git.h"

struct err;
struct text;

/* The commits that hold what was preserved. Their last line says which parents there are besides HEAD. */
struct git_kept_commit {
    char tree[OID_SIZE];
    char head[OID_SIZE];
    char index[OID_SIZE];   /* the commit of an index; "": it was as HEAD */
    char earlier[OID_SIZE]; /* "": none */
    const char *body;       /* what it says, to be written: may have several lines */
    struct text *message;   /* what it says, to be read into; NULL: nobody asks */
};

/* Written with a fixed author, now. */
bool git_commit_write(const struct git_tree *tree, const struct git_kept_commit *commit, char oid[OID_SIZE],
                      struct err *err);

/* Into a zeroed one; 65 where it is none of ours. */
bool git_commit_read(const struct git_tree *tree, const char *oid, struct git_kept_commit *commit, struct err *err);

/* The same from its text, but for `message`; false where it is none. */
bool git_commit_parse(const char *text, struct git_kept_commit *commit);

#endif
