#ifndef MC_PLACE_H
#define MC_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct err;

/* Where a board's file is, kept in its settings: by it a copy knows that it is one. */
enum place {
    PLACE_KEPT,
    PLACE_NEW,  /* none is recorded, or the board was moved, or restored where it was */
    PLACE_OTHER /* *old, a new string, is another file, perhaps the board that this one is a copy of */
};
bool place_look(struct board *board, enum place *place, char **old, struct err *err);

/* Records where the file is now. */
bool place_write(struct board *board, struct err *err);

/* Makes a copy a board of its own: a new name, and nothing of it is at work any more: *released tickets are todo. The
 * agents, sessions and slots that its rows speak of are the other board's, and so is what follows a turn of them, so
 * only rows are changed; on which branch a ticket was stays known. Inside the caller's transaction. */
bool place_own(struct board *board, int64_t *released, struct err *err);

#endif
