#ifndef MC_HEAL_H
#define MC_HEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

/* Healing, SPEC section 11: from one snapshot to a list of repairs, as a pure function. The same snapshot gives the
 * same plan; the plan for a healed board is empty. Rows of other hosts are not in a world at all. */

/* One ticket with everything the board and the outside say of its current or last runtime. A world has one entry per
 * - runtime row that is spawning, idle or running on this host, and
 * - in_progress ticket of this host whose run has no such runtime row (runtime_exists false). */
struct world_case {
    struct ticket ticket;
    bool ticket_exists;
    struct run run; /* of the runtime, else of the ticket */
    bool run_exists;
    struct runtime runtime;
    bool runtime_exists;
    bool runtime_is_tickets; /* runtime.run_id equals ticket.run_id */
    struct message message;  /* the run's message that is `sending`, else id 0 */
    enum effect_state spawn; /* last effect of the run of that kind; EFFECT_UNKNOWN and *_recorded false: none */
    bool spawn_recorded;
    enum effect_state send;
    bool send_recorded;
    bool kill_pending; /* an intent to end it without a result */

    enum seen pickup;  /* is run.pickup (by identity) alive */
    enum seen process; /* is runtime.agent alive; UNKNOWN when no pid is recorded */
    enum seen session; /* does tmux have the session (by name) */
    bool session_ours; /* its @mc_run is the runtime's (run's) id */
    bool pane_dead;    /* the pane is kept after its program's end */
    int64_t pane_pid;  /* 0: not seen */
    char pane_id[16];
    bool other_boot;        /* runtime.agent.boot is set and differs from this boot */
    enum seen other_worker; /* ticket.run_id is another run, whose recorded worker is alive */
    bool stall_said;        /* the activity row `stalled` stands since the turn began */
};

/* A tagged session of ours in tmux for which no active runtime row stands. */
struct world_session {
    char name[64];
    char pane_id[16];
    char run_tag[RUN_ID_SIZE];
    char ticket_tag[32];
    int64_t ticket_id; /* 0: the tag is no key of this board */
    int64_t pane_pid;
    bool pane_dead;
    struct run run; /* the row of run_tag */
    bool run_exists;
    bool run_is_tickets;   /* ticket.run_id is run_tag and the ticket is in_progress */
    int64_t row_closed_at; /* of a dead/closed runtime row of this run; 0: none */
    bool same_host;        /* run.host is this host, or no run row */
};

struct world {
    int64_t now;
    char boot_id[40];
    enum seen server; /* YES: tmux answered; NO: it is certain that no server is there; UNKNOWN: cannot tell */
    int64_t newborn_grace_ms, runtime_ttl_ms, linger_ms, stall_timeout_ms, turn_timeout_ms;
    bool mass_death_said; /* the pass before held a mass death back and said so: now it is believed */
    bool http;            /* the transport is http: a `sending` message is resolved by looking for the marker only */
    struct world_case *cases;
    size_t case_count, case_cap;
    struct world_session *sessions;
    size_t session_count, session_cap;
};

enum heal_rule {
    HEAL_HIDDEN_RUNTIME,
    HEAL_WORKER_DIED,
    HEAL_GHOST,
    HEAL_STILLBORN,
    HEAL_LOST_ROW,
    HEAL_ORPHAN,
    HEAL_FINISHED,
    HEAL_EXPIRED,
    HEAL_STALLED,
    HEAL_INTERRUPTED_SEND,
    HEAL_ABANDONED_CLAIM,
    HEAL_RULE_COUNT
};
const char *heal_rule_name(enum heal_rule rule);

/* What is to be done. Each is safe to repeat and re-checks its premise when it is carried out. */
enum remedy {
    REMEDY_ADOPT,         /* ticket in_progress, runtime running, by the adoption rules (reconcile path) */
    REMEDY_RECORD_PID,    /* a spawn that came off and was not recorded: take pane and identity from tmux */
    REMEDY_RETIRE,        /* end what is left, row dead, death report, ticket todo or blocked, attempt counted */
    REMEDY_RELEASE,       /* the same without a death report or an attempt: nothing was ever started */
    REMEDY_REBUILD,       /* the runtime row from the session's tags */
    REMEDY_CLOSE,         /* session and processes ended, row closed; the ticket is left as it is */
    REMEDY_CLOSE_SESSION, /* the same for a session without an active row */
    REMEDY_NOTE_STALL,    /* one activity row */
    REMEDY_RESOLVE_SEND,  /* look at the screen: sent, Enter, pending or unknown */
    REMEDY_COUNT
};
const char *remedy_name(enum remedy remedy);

struct repair {
    enum heal_rule rule;
    enum remedy remedy;
    bool of_session; /* index is into sessions, else into cases */
    size_t index;
    const char *reason; /* static text: what was seen */
};
struct heal_plan {
    struct repair *repairs;
    size_t count, cap;
    bool mass_death;          /* more than half of at least five look dead: repairs of dead ones are left out, once */
    size_t dead_seen, judged; /* of this boot's agents that were started once */
    bool server_unreachable;  /* tmux does not answer while rows are active */
};

/* A case has at most two repairs, in the order they are to be carried out; a session at most one. */
void heal_decide(struct heal_plan *plan, const struct world *world);

/* Does the case, looked at again, still call for this repair? For the premise inside a repair's own transaction; the
 * healer itself is not counted as the case's live pickup. */
bool heal_still(const struct world *world, const struct world_case *again, const struct repair *repair);

void heal_plan_release(struct heal_plan *plan);
void world_release(struct world *world);

#endif
