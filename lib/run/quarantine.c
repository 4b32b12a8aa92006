#include "run/quarantine.h"

#include "base/clock.h"
#include "run/notify.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/slots.h"

static bool tell(struct site *site, const struct quarantine *quarantine, struct err *err) {
    const struct slot *slot = quarantine->slot;
    const struct journal_row row = {.ticket_id = slot->ticket_id,
                                    .run_id = slot->run_id,
                                    .author = "mc-pickup",
                                    .kind = "quarantined",
                                    .body = quarantine->line,
                                    .now = clock_now()};
    const struct notice notice = {
        .ticket = slot->ticket_id, .run_id = slot->run_id, .text = quarantine->line, .slot = slot->name};

    return journal_add(site->board, &row, err) && notice_add(site, &notice, err);
}

bool quarantine_write(struct site *site, const struct quarantine *quarantine, bool *changed, struct err *err) {
    const struct slot *slot = quarantine->slot;
    const struct slot_change change = {.name = slot->name, .run_id = slot->run_id, .note = quarantine->line};

    return slots_quarantine(site->board, &change, changed, err) &&
           (!*changed || !slot->ticket_id || tell(site, quarantine, err));
}
