#ifndef MC_WORLD_H
#define MC_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

/* What healing looks at: the board and the outside at one moment. All rows of an embedded board are this machine's,
 * whatever it is called today. */

/* One ticket with everything the board and the outside say of its current or last runtime. A world has one entry per
 * - runtime row that is spawning, idle or running, and
 * - in_progress ticket whose run has no such runtime row (runtime_exists false). */
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
    bool pausing;      /* what waits for its agent goes when a pause is over, a usage limit's or another */

    enum seen pickup;  /* is run.pickup (by identity) alive */
    enum seen process; /* is runtime.agent alive; UNKNOWN when no pid is recorded */
    enum seen session; /* does tmux have the session (by name) */
    bool session_ours; /* its @mc_run is the runtime's (run's) id */
    bool pane_dead;    /* the pane is kept after its program's end */
    int64_t pane_pid;  /* 0: not seen */
    char pane_id[16];
    int64_t activity;       /* when tmux last saw output of it, by this machine's wall clock; 0: not seen */
    int64_t looked;         /* what `activity` was when a pickup looked at its screen; 0: none did */
    bool other_boot;        /* runtime.agent.boot is set and differs from this boot */
    bool elsewhere;         /* its pid is counted in another pid namespace: only tmux can tell of it */
    enum seen other_worker; /* is the ticket's recorded worker alive, where the runtime is not that run's or none */
};

/* A tagged session of ours in tmux for which no active runtime row stands. */
struct world_session {
    char name[64];
    char pane_id[16];
    char run_tag[RUN_ID_SIZE];
    char ticket_tag[32];
    int64_t ticket_id;     /* 0: the tag is no key of this board */
    struct identity agent; /* the pane's process, identified when it was listed */
    bool pane_dead;
    struct run run; /* the row of run_tag */
    bool run_exists;
    bool board_tagged;     /* it bears this board's name, and not only what one of ours may have borne before */
    bool run_is_tickets;   /* ticket.run_id is run_tag and the ticket is in_progress */
    bool elsewhere;        /* its run is another host's */
    bool row_taken;        /* its ticket's row is that of another run's agent */
    int64_t row_closed_at; /* of a dead/closed runtime row of this run; 0: none */
};

struct world {
    int64_t now;   /* wall clock of the board: compared with its stamps, and never alone the end of a live agent */
    int64_t ahead; /* how far this machine's own, by which tmux and files stamp, is ahead of it */
    int64_t tick;  /* awake clock, which nobody sets and which stands still in a suspend; of the boot boot_id */
    char boot_id[40];
    enum seen server; /* YES: tmux answered; NO: it is certain that no server is there; UNKNOWN: cannot tell */
    char *unasked;    /* why it was not even asked; NULL: it was */
    bool short_of;    /* because the machine has no process, pipe or memory for that */
    int64_t newborn_grace_ms, runtime_ttl_ms, linger_ms, stall_timeout_ms, turn_timeout_ms, max_runtime_ms;
    int64_t send_timeout_ms; /* how long a pickup may wait for the answer of an endpoint; 0: of tmux it does not */
    bool any;                /* a row is active, or a slot is nobody's: an agent may sit in it */
    bool back;               /* this host is new on the board, or came back after it was retired */
    bool notices;            /* somebody is still to be told something */
    bool slots;              /* a slot of a pool is claimed or quarantined */
    bool owing;              /* what follows a turn is still owed by a run */
    bool trial;              /* an agent is, or was, tried (mc-ticket doctor --try) */
    bool unreachable_said;   /* a mark that it was said that tmux does not answer */
    /* Since when it is seen that so many look dead, or that agents of another pid namespace have no tmux server: the
     * marks as pickups have left them (awake_mark; NULL: none), and what they say now; 0: nothing. */
    char *mass_death_mark, *no_server_mark;
    int64_t mass_death_tick, no_server_tick;
    bool socket_beside; /* tmux's socket is beside the board: whoever sees the one sees the other */
    bool http;          /* the transport is http: a `sending` message is resolved by looking for the marker only */
    struct world_case *cases;
    size_t case_count, case_cap;
    struct world_session *sessions;
    size_t session_count, session_cap;
};

void world_release(struct world *world);

#endif
