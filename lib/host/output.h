#ifndef MC_OUTPUT_H
#define MC_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* Writes out what stands in standard output's buffer, at a program's end. True also where its reader has gone (`|
 * head`): what was done was done. False: a full disk and the like, or none that is open, which must not pass for
 * success: err says so. */
bool output_end(struct err *err);

/* That it could not be written for this errno, as err; false. */
bool output_fail(struct err *err, int error);

/* Nobody reads standard output any more, a pipe's end, and no write need tell. */
bool output_reader_gone(void);

/* All of them into this descriptor; false: errno says why not. */
bool output_write(int fd, const char *bytes, size_t n);

#endif
