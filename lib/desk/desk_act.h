#ifndef MC_DESK_ACT_H
#define MC_DESK_ACT_H

#include <stdbool.h>

#include "desk/desk.h"
#include "rules/key.h"
#include "rules/request.h"
#include "rules/rows.h"
#include "store/journal.h"

struct ticket_move;

/* The inner side of the desk: what its acts share. */

/* One act inside the transaction. `refused` makes it a 65 with result.say after what it wrote was committed. A request
 * id is bound to `what`; one of an older program, which did not say for what it was used, to a first answer of this
 * ticket that came to one of the statuses that it `reaches` (bits; 0: any). */
struct desk_deed {
    bool (*run)(struct desk *desk, void *subject, struct desk_result *result, struct err *err);
    void *subject;
    struct request_for what;
    unsigned reaches;
    bool refused;
    bool again; /* this id had acted, and the result is the first one's */
};
bool desk_transact(struct desk *desk, struct desk_deed *deed, struct desk_result *result, struct err *err);

/* The ticket and its runtime as they stand. */
struct desk_case {
    struct ticket ticket;
    struct runtime runtime;
    bool active; /* the runtime is spawning, idle or running */
    char session_key[SESSION_KEY_SIZE];
    char key[KEY_SIZE];
};
bool desk_case_read(struct desk *desk, int64_t id, struct desk_case *one, struct err *err);
void desk_case_release(struct desk_case *one);

/* Fills ticket, statuses and the line "KEY FROM -> TO" with the tail after it. */
void desk_moved(struct desk_result *result, const struct desk_case *one, enum ticket_status to, const char *tail);

/* Inside the transaction: the ticket's row moves. Whoever lets it go on has looked at it: what stood against it is
 * forgotten. */
bool desk_move_row(struct desk *desk, const struct desk_case *one, const struct ticket_move *row, struct err *err);

/* A row of the activity about the ticket's current run, of which kind and body are given. */
bool desk_note(struct desk *desk, const struct desk_case *one, struct journal_row row, struct err *err);

/* Inside the transaction: the ticket's open run is settled, its messages given back when nothing was delivered, and
 * with an active runtime the intent to end it is written. */
bool desk_release(struct desk *desk, const struct desk_case *one, const char *why, struct err *err);

/* After the transaction: ends the runtime, where it is this machine's; another's is ended by its own next pickup, which
 * finds the intent. False wraps what is left with what happens next. */
bool desk_end(struct desk *desk, const struct desk_case *one, const char *why, struct err *err);

#endif
