#ifndef MC_WHOLE_H
#define MC_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* As many of these bytes of an open file as there are, from there on: a read may bring fewer, which is not its end (a
 * network's file system, a signal, a tracer). -1: errno says why. The descriptor's own place stays where it is. */
ssize_t whole_read(int fd, char *bytes, size_t max, off_t from);

/* The same of a pipe or a terminal, until its end: how many came, also before an error (0: there was none). */
size_t whole_take(int fd, char *bytes, size_t max, int *error);

/* The next n bytes of it are those. */
bool whole_has(int fd, const char *bytes, size_t n);

#endif
