#ifndef MC_INFILE_H
#define MC_INFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct text;

/* Lines of standard input, which may be a file that was opened as it, one after the other. */
enum { INFILE_BLOCK = 65536 };
struct infile {
    const char *name; /* for messages: the caller's */
    size_t line;      /* the number of the last one, from 1 */
    int64_t start;    /* where it begins */
    int64_t base;     /* where the block does */
    size_t at, n;
    char block[INFILE_BLOCK];
};

/* Opens a file as standard input; NULL or "-": it stays as it is. 66 where there is none, or a directory. To be called
 * before descriptors are closed: one may be handed over on purpose (<(…), /dev/fd/3). */
bool infile_take(const char *path, struct err *err);
void infile_begin(struct infile *in, const char *path); /* path as above */

/* The next line that has more than blanks, without its newline; a byte order mark before the first is left out. False:
 * there is none any more, or err is set: 74, or a 65 for one longer than line->max or that is not UTF-8. */
bool infile_next(struct infile *in, struct text *line, struct err *err);

/* Takes all of it first, into a file without a name in this folder: whoever reads it afterwards waits for nobody, and
 * reads it as often as it wants. 74 where less than a quarter of a GiB would be left there. */
bool infile_spool(struct infile *in, const char *folder, struct err *err);

/* The line that begins there, which has this number, is the next one. After infile_spool. */
struct infile_place {
    int64_t start;
    size_t line;
};
bool infile_go(struct infile *in, const struct infile_place *place, struct err *err);

/* Puts "NAME:LINE: " before the text of a failure; false. */
bool infile_wrap(const struct infile *in, struct err *err);

#endif
