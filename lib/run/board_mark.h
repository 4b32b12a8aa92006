#ifndef MC_BOARD_MARK_H
#define MC_BOARD_MARK_H

struct err;

/* A file ".board" in a folder says by a board's name (board_name) whose it is, so that two boards never share one. */
enum whose { WHOSE_OURS, WHOSE_ANOTHERS, WHOSE_UNMARKED };

/* A mark that cannot be trusted or read is another's. */
enum whose board_mark_read(const char *folder, const char *board);

/* The folder, made where it is not there, marked; of two boards at once one does it. Where none can be made (a full
 * disk, a file system without hard links) it stays unmarked, and err says why. */
enum whose board_mark_make(const char *folder, const char *board, struct err *err);

#endif
