#ifndef MC_COLUMNS_H
#define MC_COLUMNS_H

/* The columns of each kind of row in the order in which read.c reads them; t is the table's alias with its dot. */
#define TICKET_COLUMNS(t) TICKET_FIELDS(t, t "body")
#define TICKET_FIELDS(t, body)                                                                                         \
    t "id," t "title," body "," t "status," t "priority," t "profile," t "workspace," t "labels," t "dedupe_key," t    \
      "run_id," t "worker_pid," t "worker_start," t "worker_boot," t "worker_ns," t "worker_host," t "attempts," t     \
      "next_attempt_at," t "world_failures," t "failure_reason," t "created_at," t "queued_at," t "updated_at," t      \
      "turns," t "worked_ms," t "result"
/* The same without what may be long: enough of each for a page. */
#define TICKET_GLIMPSE                                                                                                 \
    "id,substr(title,1,300)AS title,NULL AS body,status,priority,substr(profile,1,60)AS profile,"                      \
    "substr(workspace,1,60)AS workspace,substr(labels,1,200)AS labels,NULL AS dedupe_key,run_id,worker_pid,"           \
    "worker_start,worker_boot,worker_ns,worker_host,attempts,next_attempt_at,world_failures,"                          \
    "substr(failure_reason,1,2000)AS failure_reason,created_at,queued_at,updated_at,turns,worked_ms,"                  \
    "substr(result,1,2000)AS result"
#define RUN_GLIMPSE                                                                                                    \
    "run_id,ticket_id,attempt,substr(host,1,100)AS host,pickup_pid,pickup_start,pickup_boot,pickup_ns,started_at,"     \
    "ended_at,outcome,substr(class,1,40)AS class,substr(detail,1,400)AS detail,workspace,branch,base,base_commit,"     \
    "preserved,owes"
#define RUN_COLUMNS(t) RUN_FIELDS(t, t "outcome")
#define RUN_FIELDS(t, outcome)                                                                                         \
    t "run_id," t "ticket_id," t "attempt," t "host," t "pickup_pid," t "pickup_start," t "pickup_boot," t             \
      "pickup_ns," t "started_at," t "ended_at," outcome "," t "class," t "detail," t "workspace," t "branch," t       \
      "base," t "base_commit," t "preserved," t "owes"
#define RUNTIME_COLUMNS(t) RUNTIME_FIELDS(t, t "session_key")
#define RUNTIME_FIELDS(t, session_key)                                                                                 \
    session_key "," t "ticket_id," t "run_id," t "host," t "status," t "tmux_target," t "pane_id," t "pid," t          \
                "pid_start," t "boot_id," t "pid_ns," t "profile," t "cwd," t "pane_log_path," t "turn_nonce," t       \
                "last_turn_marker," t "harvest_offset," t "failure_reason," t "spawned_at," t "turn_started_at," t     \
                "last_output_at," t "closed_at," t "turn_count," t "tick_boot," t "spawned_tick," t                    \
                "turn_started_tick," t "stall_tick," t "idle_tick," t "quiet"
#define MESSAGE_COLUMNS(t) MESSAGE_FIELDS(t, t "body")
#define MESSAGE_FIELDS(t, body)                                                                                        \
    t "id," t "ticket_id," t "author," t "kind," body "," t "status," t "nonce," t "run_id," t "attempts," t           \
      "next_attempt_at," t "error," t "created_at," t "sent_at," t "purpose"
#define ACTIVITY_COLUMNS(t) t "id," t "ticket_id," t "run_id," t "author," t "kind," t "body," t "created_at"
#define SLOT_COLUMNS(t)                                                                                                \
    t "host," t "slot," t "workspace," t "number," t "path," t "state," t "ticket_id," t "run_id," t "branch," t       \
      "claimed_at," t "note," t "head"
/* A picture of the board needs no text: bodies are left out. */
#define COLUMNS_TR TICKET_FIELDS("t.", "NULL AS body") "," RUN_COLUMNS("u.") ","
/* All there is of a row, for what carries it out of a board and into one (records.h). */
#define RUN_WHOLE(t) RUN_WHOLE_FIELDS(t, t "outcome")
#define RUN_WHOLE_FIELDS(t, outcome) RUN_FIELDS(t, outcome) "," t "waited_ms"
#define MESSAGE_WHOLE(t) MESSAGE_COLUMNS(t) "," t "aside," t "alone"
#define EFFECT_COLUMNS(t) t "id," t "run_id," t "kind," t "state," t "detail," t "at"
#define NOTICE_COLUMNS(t) t "id," t "event," t "ticket_id," t "run_id," t "created_at," t "body"
#define REQUEST_COLUMNS(t) t "id," t "act," t "answer," t "created_at"

enum {
    TICKET_WIDTH = 25,
    RUN_WIDTH = 19,
    RUNTIME_WIDTH = 29,
    MESSAGE_WIDTH = 14,
};

#endif
