#ifndef MC_PANELOG_WRITE_H
#define MC_PANELOG_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/* What a program writes to its pane, kept in a file that takes at most `limit` bytes of the disk: the last of it, and
 * what follows the last turn's mark (panelog_mark.h). Every byte keeps its offset for ever: the size of the file is how
 * much was ever written, and what was let go, or found no room on a full disk, is a hole that reads as NUL. NULs of the
 * program's own, which mean nothing to a terminal (ECMA-48, 8.3.88), are left out, so a NUL in the file is always
 * something missing. */
enum {
    PANELOG_TURN = 192 * 1024, /* of the last turn's beginning is kept */
    PANELOG_LAST = 512 * 1024, /* of the end is kept at the least */
    PANELOG_LIMIT_MIN = 1024 * 1024,
    PANELOG_PIECE = 128 * 1024 /* at most to be added at once */
};
struct panelog {
    const char *path; /* absolute; the caller's */
    int fd;
    int64_t size;
    int64_t first; /* from here on it stands whole, but for what a full disk has cost */
    int64_t limit;
    int64_t again; /* where it could not be shortened: from which size on that is tried again */
};

/* Opens the log, or makes it (0600), and is its only writer from then on: another one is waited for up to 5 s (75). 77
 * when it is not a file of ours. */
bool panelog_open(struct panelog *log, const char *path, int64_t limit, struct err *err);

/* Adds what came; it never fails: what finds no room is a hole. Changes the bytes. */
void panelog_add(struct panelog *log, char *bytes, size_t n);
void panelog_close(struct panelog *log);

#endif
