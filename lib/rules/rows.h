#ifndef MC_ROWS_H
#define MC_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

/* The rows of the board as plain data (SPEC section 4). Strings are owned and NULL where the column is NULL; times are
 * Unix milliseconds, 0 where NULL; pids 0 where NULL. Each has a release that is safe on a zeroed row. */

enum { RUN_ID_SIZE = 33 };

/* Nothing of ours counts or measures so far, and sums of a few such are still numbers. */
#define NUMBER_MOST INT64_C(999999999999999999)

/* A process by identity: a pid alone may be another's by now. Known when pid, start and boot are. */
struct identity {
    int64_t pid;
    int64_t start; /* kernel start time, clock ticks since boot (/proc/PID/stat field 22) */
    char boot[40]; /* /proc/sys/kernel/random/boot_id */
    int64_t ns;    /* the pid namespace in which pid is counted, proc_elsewhere reads it; 0: not known */
};

/* A reading of the awake clock (clock_monotonic), which counts from the boot it names; boot NULL: none was taken. */
struct tick {
    int64_t ms;
    const char *boot;
};

bool identity_known(const struct identity *identity);

struct ticket {
    int64_t id;
    char *title;
    char *body;
    enum ticket_status status;
    enum priority priority;
    char *profile;   /* NULL: the configuration's */
    char *workspace; /* NULL: the configuration's */
    char *labels;    /* comma-separated, or NULL */
    char *dedupe_key;
    char *run_id;
    struct identity worker;
    char *worker_host;
    int attempts;
    int64_t next_attempt_at;
    int world_failures; /* of the world, in a row: the wait grows by it */
    char *failure_reason;
    int64_t created_at;
    int64_t queued_at; /* its place among those of its priority */
    int64_t updated_at;
    int turns;         /* since a person last said something of it */
    int64_t worked_ms; /* that those that are over have run */
    char *result;      /* the last word's line, or NULL */
};

struct run {
    char run_id[RUN_ID_SIZE];
    int64_t ticket_id;
    int attempt; /* from 1 */
    char *host;
    struct identity pickup; /* the pickup (or mc-ticket) that works on it now */
    int64_t started_at;
    int64_t ended_at; /* 0: open */
    char *outcome;    /* run_outcome_name, or NULL */
    char *class;      /* send_class_name, or NULL */
    char *detail;
    char *workspace; /* NULL: it works in the ticket's private directory; the rest is known once its slot is ready */
    char *branch;    /* that it works on */
    char *base;      /* the branch that this starts from, and the commit that was its end then */
    char *base_commit;
    char *preserved; /* the commit that holds what was not committed when its slot was given back; NULL: nothing */
    bool owes;       /* a turn is over, and what follows one (after_run, push) was not done since */
};

struct runtime {
    char *session_key; /* ticket:4629:session */
    int64_t ticket_id;
    char *run_id;
    char *host;
    enum runtime_status status;
    char *tmux_target; /* mc-MC-4629, "" where NULL */
    char *pane_id;     /* %12, "" where NULL */
    struct identity agent;
    char *profile;
    char *cwd;
    char *pane_log_path;
    char *turn_nonce;       /* of the active turn; NULL when none, or when an adopted turn is not ours */
    char *last_turn_marker; /* nonce of the turn before */
    int64_t harvest_offset;
    char *failure_reason;
    int64_t spawned_at;
    int64_t turn_started_at;
    int64_t last_output_at;
    int64_t closed_at;
    int turn_count;
    /* Awake milliseconds (clock_monotonic) of the boot tick_boot, worth nothing in another; 0: none. */
    char tick_boot[40];
    int64_t spawned_tick;
    int64_t turn_started_tick;
    /* When the stall was said; last_output_at is then the output that was seen last, as tmux stamps it. */
    int64_t stall_tick;
    int64_t idle_tick; /* since when it is idle */
    int quiet;         /* turns in a row that ended without a word */
};

struct message {
    int64_t id;
    int64_t ticket_id;
    char *author;
    enum message_kind kind;
    char *body;
    enum message_status status;
    char *nonce;
    char *run_id;
    int attempts;
    int64_t next_attempt_at;
    char *error;
    int64_t created_at;
    int64_t sent_at;
    enum message_purpose purpose;
};

/* One worktree of a pool on one host. */
struct slot {
    char *host;
    char *name;      /* "pool-1"; of a named workspace "web/pool-1" */
    char *workspace; /* "default" for the key `workspace` */
    int64_t number;
    char *path;
    enum slot_state state;
    int64_t ticket_id; /* of the run that has claimed it, or left it in quarantine; 0: none */
    char *run_id;
    char *branch;
    int64_t claimed_at;
    char *note; /* why it is in quarantine, or cannot be given back yet; NULL: nothing to say */
    char *head; /* the commit at which it stood when it was given back; NULL: none */
};

struct activity {
    int64_t id;
    int64_t ticket_id;
    char *run_id;
    char *author;
    char *kind; /* claimed spawned sent adopted declined signal moved terminal_state death note stalled healed ... */
    char *body;
    int64_t created_at;
};

/* Is there such a row, and of an agent that may live: spawning, idle or running? */
bool runtime_active(const struct runtime *runtime);

/* What a person wants to know of it at a glance: question, summary, reason; NULL: nothing. */
const char *ticket_news(const struct ticket *ticket);

void ticket_release(struct ticket *ticket);
void run_release(struct run *run);
void runtime_release(struct runtime *runtime);
void message_release(struct message *message);
void slot_release(struct slot *slot);
void activity_release(struct activity *activity);

#endif
