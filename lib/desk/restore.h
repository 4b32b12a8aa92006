#ifndef MC_RESTORE_H
#define MC_RESTORE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct infile;
struct site;

/* Puts back what desk_export or the archive has written, in one transaction: all of it or nothing. A whole export,
 * which begins with its head, goes onto a board with nothing on it, and that is the same board then; closed tickets
 * without a head go onto any board. Of a ticket that comes twice the one that changed last is taken; one that was on
 * the board before is left alone. 65, with the place in the file, for what is none of this or does not fit together. */
struct restore {
    struct infile *in;
    bool dry_run;   /* all of it, and then nothing is kept */
    size_t tickets; /* put back */
    size_t there;   /* left alone */
    bool whole;
};
bool desk_restore(struct site *site, struct restore *restore, struct err *err);

#endif
