#ifndef MC_UNSEEN_H
#define MC_UNSEEN_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* A file (0600) that nobody sees until it is whole. It has no name until it is put in its place, so that nothing is
 * left of it where we are killed; where the file system has no files without a name it stands beside it meanwhile as
 * NAME.mc-new, locked, and the next one takes away what a dead one has left there. */
struct unseen {
    int fd;
    char *path;
    char *beside; /* its name for now; NULL: it has none */
};
bool unseen_open(struct unseen *file, const char *path, struct err *err);        /* 73 */
bool unseen_open_beside(struct unseen *file, const char *path, struct err *err); /* the second kind at once */
bool unseen_write(struct unseen *file, const char *bytes, size_t n);             /* all; false: errno */
bool unseen_place(struct unseen *file, struct err *err);  /* over what is there, but for a folder; 73 */
bool unseen_create(struct unseen *file, struct err *err); /* 73 where something is there */
void unseen_close(struct unseen *file);                   /* what was not put in its place is gone */

/* One for reading and writing that never has a name, in this folder; -1: errno says why. */
int unseen_scratch(const char *folder);

#endif
