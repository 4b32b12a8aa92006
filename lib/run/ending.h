#ifndef MC_ENDING_H
#define MC_ENDING_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct ending;
struct err;
struct over_word;

/* What the ruling on a turn that is over writes, inside the caller's transaction. */
bool ending_write(struct ending *ending, struct err *err);

/* "DONE MC_TICKET_TURN:…: payload (moved nothing: why)", kept for a reader once a run, however often it comes; inside
 * the caller's transaction. */
struct word_refused {
    int64_t ticket;
    const char *run_id, *author, *nonce; /* nonce NULL: of none */
    const struct over_word *word;
    const char *why;
};
bool ending_refuse(struct board *board, const struct word_refused *refused, struct err *err);

#endif
