#ifndef MC_BOARD_FILE_H
#define MC_BOARD_FILE_H

#include <stdbool.h>

struct board;
struct board_owned;
struct err;

/* Boards that are one SQLite file each: board.h says what is promised. board->path names the file. */
bool board_file_open(struct board *board, struct err *err);
bool board_file_make(struct board *board, bool *made, struct err *err);
bool board_file_own(struct board *board, struct board_owned *owned, struct err *err);

#endif
