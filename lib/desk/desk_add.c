/* A ticket comes in. */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/desk_act.h"
#include "run/site.h"
#include "store/tickets.h"

static bool add_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct ticket ticket = {0};
    char key[KEY_SIZE];
    struct ticket_added added;

    if (!tickets_add(desk->site->board, subject, &added, err) ||
        !tickets_get(desk->site->board, added.id, &ticket, err))
        return false;
    result->ticket = added.id;
    site_key(desk->site, result->ticket, key);
    result->from = added.made ? TICKET_STATUS_COUNT : ticket.status;
    result->to = ticket.status;
    result->changed = added.made;
    result->say = xstrdup(key);
    ticket_release(&ticket);
    return true;
}

bool desk_add(struct desk *desk, const struct ticket_new *ticket, struct desk_result *result, struct err *err) {
    struct ticket_new subject = *ticket;
    struct desk_deed deed = {.run = add_run, .subject = &subject};

    subject.author = desk->by;
    subject.now = desk->now;
    return desk_transact(desk, &deed, result, err);
}
