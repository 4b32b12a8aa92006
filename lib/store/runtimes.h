#ifndef MC_RUNTIMES_H
#define MC_RUNTIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* Runtime, run, message and effect rows. Inside the caller's transaction; every update is fenced by run_id and the
 * status it must be in, and says in *changed whether it hit its one row. */

bool runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, bool *found, struct err *err);

struct runtime_list {
    struct runtime *items;
    size_t count, cap;
};
/* host NULL: every host. active: spawning, idle, running only; else the last of every ticket. */
bool runtimes_list(struct board *board, const char *host, bool active, struct runtime_list *list, struct err *err);
void runtime_list_release(struct runtime_list *list);

/* Pane and process of a spawned agent (also ticket.worker_pid): while spawning, idle or running. */
bool runtimes_set_agent(struct board *board, const char *session_key, const char *run_id, const char *pane_id,
                        const struct identity *agent, int64_t now, bool *changed, struct err *err);

/* Takes the turn: idle|spawning -> running with the nonce. *changed false: busy. turn_count grows. */
bool runtimes_take_turn(struct board *board, const char *session_key, const char *run_id, const char *nonce,
                        int64_t now, bool *changed, struct err *err);

/* Ends the turn by its holder: running with this nonce (NULL: an adopted turn without one) -> idle;
 * last_turn_marker is the nonce. */
bool runtimes_end_turn(struct board *board, const char *session_key, const char *run_id, const char *nonce, int64_t now,
                       bool *changed, struct err *err);

/* Gives back a turn that provably never began: running with this nonce -> idle (`spawning` when nothing was ever sent),
 * without last_turn_marker. */
bool runtimes_return_turn(struct board *board, const char *session_key, const char *run_id, const char *nonce,
                          enum runtime_status to, int64_t now, bool *changed, struct err *err);

/* A spawned agent that waits without a turn: spawning -> idle. */
bool runtimes_settle_idle(struct board *board, const char *session_key, const char *run_id, int64_t now, bool *changed,
                          struct err *err);

/* Any active status -> dead or closed. */
bool runtimes_retire(struct board *board, const char *session_key, const char *run_id, enum runtime_status to,
                     const char *reason, int64_t now, bool *changed, struct err *err);

/* A row made again from a session's tags (lost_row), only if no active row of the key stands. */
bool runtimes_rebuild(struct board *board, const struct runtime *runtime, bool *changed, struct err *err);

/* Where the pane log stood when the turn was taken: what follows is the turn's. */
bool runtimes_set_harvest(struct board *board, const char *session_key, const char *run_id, int64_t offset,
                          struct err *err);

bool runs_get(struct board *board, const char *run_id, struct run *run, bool *found, struct err *err);
bool runs_of_ticket(struct board *board, int64_t ticket_id, struct run **runs, size_t *count, struct err *err);
/* Sets outcome, class, detail and, when `end`, ended_at of a run that is open. */
bool runs_settle(struct board *board, const char *run_id, enum run_outcome outcome, const char *class,
                 const char *detail, bool end, int64_t now, bool *changed, struct err *err);
/* The pickup that works on the run from now on: by it the others know that a send under way is not interrupted. With
 * `from` only if that one did so until now. */
bool runs_set_pickup(struct board *board, const char *run_id, const struct identity *from, const struct identity *to,
                     bool *changed, struct err *err);

/* Messages. */
bool messages_add(struct board *board, int64_t ticket_id, const char *author, const char *body, int64_t now,
                  int64_t *id, struct err *err); /* a note, pending */
bool messages_get(struct board *board, int64_t id, struct message *message, bool *found, struct err *err);
/* The run's message of kind work (id 0 when none). */
bool messages_work(struct board *board, const char *run_id, struct message *message, struct err *err);
/* All of a ticket, oldest first; the caller releases each and frees the array, after a failure too. */
bool messages_of_ticket(struct board *board, int64_t ticket_id, struct message **messages, size_t *count,
                        struct err *err);
/* The bodies of the notes that go with this nonce, or (nonce NULL) the pending ones of the ticket, oldest first,
 * with a blank line between. New string. */
bool messages_notes(struct board *board, int64_t ticket_id, const char *nonce, char **text, struct err *err);
/* The runtime of this host that is idle, or running an adopted turn that is not ours, whose in_progress ticket has a
 * due pending message, with that oldest message; found false: none. */
bool messages_next(struct board *board, const char *host, int64_t now, struct message *message, struct runtime *runtime,
                   bool *found, struct err *err);
/* Every pending message that the claim gave this nonce -> sending. */
bool messages_send(struct board *board, const char *run_id, const char *nonce, int64_t now, int *changed,
                   struct err *err);
/* pending -> sending for this message (run and nonce set); a work message takes the ticket's pending notes along. */
bool messages_take(struct board *board, int64_t id, const char *run_id, const char *nonce, int64_t now, bool *changed,
                   struct err *err);
/* A pending message that could not go now: attempts + 1, due at next_at. */
bool messages_postpone(struct board *board, int64_t id, const char *error, int64_t next_at, struct err *err);
/* Every `sending` message of the nonce -> to. For pending: nonce cleared, attempts + (count ? 1 : 0), due at next_at.
 */
struct message_settle {
    const char *run_id, *nonce;
    enum message_status to;
    const char *error;
    bool count;
    int64_t next_at;
    int64_t now;
};
bool messages_settle(struct board *board, const struct message_settle *settle, int *changed, struct err *err);
/* A run that ended without delivering: its work message -> failed_to_inject, its notes (whatever their status) back to
 * pending so that the next run's prompt carries them. */
bool messages_give_back(struct board *board, const char *run_id, const char *error, int64_t now, struct err *err);

/* Effects: an intent, later its result on the newest intent of that kind (*changed false: none open). A kill or close
 * that is intended already is not intended again. */
bool effects_intend(struct board *board, const char *run_id, enum effect_kind kind, const char *detail, int64_t now,
                    struct err *err);
bool effects_result(struct board *board, const char *run_id, enum effect_kind kind, enum effect_state state,
                    const char *detail, int64_t now, bool *changed, struct err *err);
bool effects_last(struct board *board, const char *run_id, enum effect_kind kind, struct effect *effect, bool *found,
                  struct err *err);

#endif
