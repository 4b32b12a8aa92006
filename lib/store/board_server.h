#ifndef MC_BOARD_SERVER_H
#define MC_BOARD_SERVER_H

#include <stdbool.h>

struct board;
struct err;

/* Boards on a PostgreSQL server, which several machines may share: board.h says what is promised. board->name names
 * it. The library is not linked: its door (db_postgres.c) is a module, loaded when the first such board is opened. */

/* 66 no board there (says `mc-ticket init`), 69 the server cannot be had, 77 it lets this role not in, 78 a newer or an
 * older version, a password in the name, a server that is too old. */
bool board_server_open(struct board *board, struct err *err);

/* Makes the schema, brings an older one up to date, or finds it there (*made false). */
bool board_server_make(struct board *board, bool *made, struct err *err);

bool board_server_worker(struct board *board, const char *role, struct err *err);

#endif
