#include "run/worker.h"

#include <string.h>

#include "base/text.h"
#include "host/proc.h"
#include "rules/rows.h"
#include "run/here.h"

static bool is(const struct identity *worker, const struct identity *agent) {
    return worker->pid == agent->pid &&
           (worker->start == 0 ||
            (worker->start == agent->start && worker->ns == agent->ns && strcmp(worker->boot, agent->boot) == 0));
}

enum seen worker_other(const struct ticket *ticket, const struct worker_beside *beside) {
    const struct identity *worker = &ticket->worker;
    struct identity somebody;

    if (!ticket->run_id || text_same(ticket->run_id, beside->run_id) || worker->pid <= 0 || is(worker, beside->agent))
        return SEEN_NO;
    if (!site_here(beside->site, ticket->worker_host))
        return SEEN_UNKNOWN;
    if (identity_known(worker))
        return proc_alive(worker);
    return proc_identify(worker->pid, &somebody) ? SEEN_UNKNOWN : SEEN_NO;
}
