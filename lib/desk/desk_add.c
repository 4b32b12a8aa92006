/* A ticket comes in. */
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_act.h"
#include "run/site.h"
#include "store/tickets.h"

static bool add_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct ticket ticket = {0};
    char key[KEY_SIZE];
    struct ticket_added added;

    if (!tickets_add(desk->site->board, subject, &added, err))
        return false;
    ticket.status = TICKET_DONE; /* it is over in any case */
    if (!added.archived && !tickets_get(desk->site->board, added.id, &ticket, err))
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

static const char *or_empty(const char *s) {
    return s ? s : "";
}

bool desk_add(struct desk *desk, const struct ticket_new *ticket, struct desk_result *result, struct err *err) {
    struct ticket_new subject = *ticket;
    struct text after = {0};
    const char *texts[] = {ticket->title,
                           or_empty(ticket->body),
                           or_empty(ticket->labels),
                           or_empty(ticket->profile),
                           or_empty(ticket->workspace),
                           or_empty(ticket->dedupe_key),
                           priority_name(ticket->priority),
                           ticket_status_name(ticket->status),
                           NULL, /* after */
                           NULL};
    struct desk_deed deed = {.run = add_run, .subject = &subject, .what = {"add", 0, texts}};
    bool ok;

    for (size_t i = 0; i < ticket->after_count; i++)
        text_addf(&after, " %lld", (long long)ticket->after[i]);
    texts[sizeof texts / sizeof *texts - 2] = text_str(&after);
    subject.author = desk->by;
    subject.now = desk->now;
    ok = desk_transact(desk, &deed, result, err);
    text_release(&after);
    return ok;
}
