#ifndef MC_POSTGRES_TRANSACTION_H
#define MC_POSTGRES_TRANSACTION_H

#include "store/engine.h"

/* As struct engine says. A commit that had no answer is asked after: it was made, or it was not. */
bool transaction_begin(struct board *board, enum begin_kind kind, struct err *err);
bool transaction_commit(struct board *board, struct err *err);
void transaction_undo(struct board *board);

#endif
