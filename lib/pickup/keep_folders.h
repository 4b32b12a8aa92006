#ifndef MC_KEEP_FOLDERS_H
#define MC_KEEP_FOLDERS_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct keeping;
struct site;

/* Removes the folders of runs that ended long ago, and the private work directories of their tickets: those of closed
 * tickets, and such as hold nothing but what is ours. *done: none is left that may go. Each is moved aside in a
 * transaction in which no claim can take it, and removed after that. */
bool keep_folders(const struct keeping *keeping, bool *done, struct err *err);

/* Has the ticket, or a run of it, still a folder? Once it has gone from the board nobody could tell whose that is. */
bool keep_folders_left(struct site *site, int64_t ticket, bool *left, struct err *err);

#endif
