#ifndef MC_IMPORT_H
#define MC_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/intake.h"

struct desk;
struct err;
struct infile;

/* Tickets from lines of JSON (rules/intake.h), in one transaction: all are read and checked before the first is added,
 * and a failure (65, with the place in the file) has added none. What is there already, by its dedupe key, also in the
 * archive, is left alone. */
enum { IMPORT_LINES = 10000, IMPORT_BYTES = 64 * 1024 * 1024 };
struct import_row {
    size_t line;
    int64_t ticket;
    bool known; /* it was there before */
    bool added;
    bool waits;    /* for another */
    bool archived; /* it is there, but in the archive */
};
struct import {
    struct infile *in;
    struct intake_fill fill;
    bool dry_run;            /* all the checks, and nothing else */
    struct import_row *rows; /* one a line, in the order of the file */
    size_t count, added, there;
    bool again; /* its request id has done it before: the counts are the first time's, and there are no rows */
};
bool desk_import(struct desk *desk, struct import *import, struct err *err);
void import_release(struct import *import);

#endif
