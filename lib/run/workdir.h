#ifndef MC_WORKDIR_H
#define MC_WORKDIR_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct site;

/* Where the agents of a ticket work: "folder/work/MC-4629"; of a board that is not called board.db
 * "folder/NAME.work/MC-4629". Names come and go, and two boards must never share one: a marker in it (work/.board, made
 * before the first ticket's place) says by a board's name whose it is. Where that is another's, and where an older
 * board has left an unmarked one, the board uses "folder/<its name>.work"; renamed, it keeps what it has marked. NULL
 * with err set: the board failed. New string; inside a transaction of the board or not. */
char *workdir_of(struct site *site, int64_t ticket, struct err *err);

#endif
