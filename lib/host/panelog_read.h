#ifndef MC_PANELOG_READ_H
#define MC_PANELOG_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct text;

/* A pane log (panelog_write.h, or one that `cat` has written), read piece by piece from an offset on, over what is
 * missing in it. */
enum { PANELOG_READ = 64 * 1024 };
struct panelog_reader {
    int fd; /* -1: not open */
    int64_t at;
    dev_t device;
    ino_t inode;
    char bytes[PANELOG_READ];
};
struct panelog_piece {
    int64_t gone; /* how many bytes are missing right before it */
    const char *bytes;
    size_t n; /* 0: no more stands there by now */
};

/* 66 when it is not there, 77 when it is not a regular file. */
bool panelog_reader_open(struct panelog_reader *reader, const char *path, int64_t from, struct err *err);
void panelog_reader_close(struct panelog_reader *reader);

/* The next piece, never with a NUL in it; it is the reader's, until the next. False (74): it cannot be read. */
bool panelog_read(struct panelog_reader *reader, struct panelog_piece *piece, struct err *err);

/* How many bytes are missing before an offset, as far as the file system tells. */
int64_t panelog_gone(const struct panelog_reader *reader, int64_t before);

/* Has another file taken the log's place meanwhile? Then it is opened anew, to go on at the same offset. */
bool panelog_is_replaced(const struct panelog_reader *reader, const char *path);

/* Adds the part of a log that begins at `from` (before its begin: less is there), at most `max` bytes of it, without
 * what is missing. False: something
 * is, or it cannot be read. */
bool panelog_part(struct text *out, const char *path, int64_t from, size_t max);

#endif
