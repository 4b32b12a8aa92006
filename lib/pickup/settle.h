#ifndef MC_SETTLE_H
#define MC_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct work;

/* The rows by what came back (SPEC section 9), of a run's first turn; fills the report. */
bool settle_first(struct work *work, struct err *err);

/* The same for a later turn of a runtime that goes on living (settle_later.c): only its message waits. */
bool settle_later(struct work *work, struct err *err);

/* The pieces that both use. */
bool settle_sent(struct work *work, struct err *err);   /* the turn was taken */
bool settle_asking(struct work *work, struct err *err); /* a person is needed */
bool settle_failed(struct work *work, struct err *err); /* the run is over */
bool settle_resolved(struct work *work);                /* unknown: was it delivered after all? */
/* Counts a failure of the world, of a message that is tried again at `due`; says it once. */
bool settle_world(struct work *work, int64_t due, struct err *err);

#endif
