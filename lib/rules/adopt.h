#ifndef MC_ADOPT_H
#define MC_ADOPT_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

/* Adoption, SPEC section 10: a pure function of what was just read inside the transaction. */
enum adopt_path { ADOPT_SEND, ADOPT_RECONCILE };

enum adopt_verdict {
    ADOPT_YES,
    ADOPT_NEWBORN, /* yes, taking the pid that tmux shows */
    ADOPT_TICKET_MOVED_ON,
    ADOPT_TICKET_NEEDS_INPUT,
    ADOPT_OTHER_WORKER,
    ADOPT_NO_RUNTIME,
    ADOPT_PROCESS_DEAD,
    ADOPT_PROCESS_UNKNOWN,
    ADOPT_SESSION_GONE,
    ADOPT_FOREIGN_RUN,
    ADOPT_UNCONFIRMED,
    ADOPT_COUNT
};

struct adopt_facts {
    enum adopt_path path;
    bool confirmed; /* the rows could be read inside the transaction */
    enum ticket_status status;
    bool other_worker_alive;  /* another run's live worker owns the ticket */
    bool runtime_exists;      /* an active row (spawning, idle, running) */
    bool runtime_is_runs;     /* the runtime is of the run that asks */
    bool session_tag_is_runs; /* @mc_run of the session is the runtime's run; true when the session is not seen */
    bool pid_recorded;
    enum seen process; /* the recorded identity is alive; UNKNOWN without a record */
    enum seen session;
    int64_t age_ms; /* since spawned_at; negative when a clock jumped: then not newborn */
    int64_t newborn_grace_ms;
};

enum adopt_verdict adopt_decide(const struct adopt_facts *facts);
bool adopt_granted(enum adopt_verdict verdict);
const char *adopt_name(enum adopt_verdict verdict);  /* "ticket_moved_on" */
const char *adopt_words(enum adopt_verdict verdict); /* a sentence for a person: what was seen */

#endif
