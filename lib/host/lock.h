#ifndef MC_LOCK_H
#define MC_LOCK_H

struct err;

/* A lock (flock) on an empty file of ours, made where it is not there. It belongs to the open file: who inherits the
 * descriptor holds it too, until the last of them is gone. The file stays. */
enum lock_found { LOCK_TAKEN, LOCK_BUSY, LOCK_FAILED };
enum lock_found lock_take(const char *path, int *fd, struct err *err);

/* Closes it; -1 is nothing. */
void lock_leave(int *fd);

#endif
