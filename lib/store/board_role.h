#ifndef MC_BOARD_ROLE_H
#define MC_BOARD_ROLE_H

#include <stdbool.h>

struct board;
struct err;

/* Before a board is made where there is none: 77 where this role may not, 78 where it would not be one. */
bool role_makes(struct board *board, struct err *err);

/* The 77 of a role that may not work on the board that is there. */
bool role_works(struct board *board, struct err *err);

/* The 78 of a board that is older than this program. */
bool role_refuse_older(struct board *board, long long version, struct err *err);

/* Lets a role work on the board, and do nothing else there (mc-board(5), ROLES). In the caller's transaction. 64: it is
 * no such role, or the owner; 77: we are not the owner. */
bool role_let_work(struct board *board, const char *name, struct err *err);

#endif
