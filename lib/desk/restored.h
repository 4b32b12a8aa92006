#ifndef MC_RESTORED_H
#define MC_RESTORED_H

#include <stdbool.h>
#include <stddef.h>

struct infile;

/* What desk_restore is asked for, and what has come of it. */
struct restore {
    struct infile *in;
    bool dry_run;   /* all the checks, and then nothing is kept */
    size_t tickets; /* put back, also where it fails */
    size_t there;   /* left alone */
    size_t altered; /* texts that are not as they were: they were not UTF-8, and the board takes no other */
    bool whole;
};

#endif
