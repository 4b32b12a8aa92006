#ifndef MC_NOTE_H
#define MC_NOTE_H

#include <stdbool.h>

enum { NOTE_SIZE = 64 };

/* One line in a file of our own (0600), read and changed by one program at a time: who takes it holds it until it is
 * left. It keeps its size, so that a note that was there once can be changed on a full disk. Zeroed: not held. */
struct note {
    int fd;
    bool held;
    bool room;            /* it has its size already */
    char line[NOTE_SIZE]; /* what stands there; "" nothing */
};

/* Makes the file where it is not there, and anew where it is a link or open to others. False: it cannot be made, or
 * another has held it for a second. */
bool note_take(struct note *note, const char *path);

/* Lets go of it, with another line in it (shorter than NOTE_SIZE - 1); NULL: as it is. */
void note_leave(struct note *note, const char *line);

#endif
