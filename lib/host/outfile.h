#ifndef MC_OUTFILE_H
#define MC_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "host/unseen.h"

struct err;
struct text;

/* Standard output, or a file of any length (0600) that is put in its place when it is whole. */
struct outfile {
    FILE *file;
    struct unseen unseen; /* no path: standard output */
};

/* path NULL or "-": standard output. What may be replaced: host/publish.h. */
bool outfile_open(struct outfile *out, const char *path, struct err *err);
bool outfile_add(struct outfile *out, const struct text *text, struct err *err); /* 74 */
bool outfile_finish(struct outfile *out, struct err *err);                       /* flushed, and in its place */
void outfile_close(struct outfile *out); /* what was not finished is taken away; zeroed it is safe */

#endif
