#include "run/parked.h"

#include "base/err.h"
#include "rules/rows.h"
#include "store/journal.h"

bool parked_ask(struct board *board, const struct ticket *ticket, bool *parked, struct err *err) {
    bool waits = ticket->status == TICKET_IN_REVIEW || ticket->status == TICKET_NEEDS_INPUT;

    *parked = false;
    return !waits || !ticket->run_id ||
           journal_said(board,
                        &(struct journal_look){.ticket_id = ticket->id, .run_id = ticket->run_id, .kind = PARKED},
                        parked, err);
}
