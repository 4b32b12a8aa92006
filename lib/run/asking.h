#ifndef MC_ASKING_H
#define MC_ASKING_H

#include <stdbool.h>

#include "rules/words.h"
#include "store/journal.h"

struct ending;
struct err;

/* What a turn that is over says of its ticket, inside the caller's transaction. */

/* One row of its story, of which kind and body are given. */
bool asking_say(const struct ending *ending, struct journal_row row, struct err *err);

/* A move from where it is; reason NULL clears what stood there. */
bool asking_move(struct ending *ending, enum ticket_status to, const char *reason, struct err *err);

/* For notify: where it is now, and why; record NULL: it is no failure. */
bool asking_tell(const struct ending *ending, const char *text, const char *record, struct err *err);

/* It waits for a person: needs_input, the record, the run's outcome; nothing of ours goes to the agent any more. */
bool asking_person(struct ending *ending, struct err *err);

#endif
