#include "pickup/listen.h"

#include "base/err.h"
#include "pickup/harvest.h"
#include "pickup/report.h"
#include "pickup/state.h"

void listen_screen(struct site *site, int64_t ticket) {
    struct pickup pickup = {.site = *site, .ticket = ticket};
    struct err none = {0};

    report_init(&pickup.report);
    (void)harvest_ticket(&pickup, ticket, &none);
    report_release(&pickup.report);
    *site = pickup.site; /* what it has found out of tmux stays known */
    err_release(&none);
}
