#ifndef MC_RUNTIMES_H
#define MC_RUNTIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* Runtime, run, message and effect rows. Inside the caller's transaction; every update is fenced by run_id and the
 * status it must be in, and says in *changed whether it hit its one row (NULL: it need not be known). */

/* session_key NULL: no such row. */
bool runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err);

struct runtime_list {
    struct runtime *items;
    size_t count, cap;
};
/* Those that are spawning, idle or running; host NULL: of every host. */
bool runtimes_list(struct board *board, const char *host, struct runtime_list *list, struct err *err);
void runtime_list_release(struct runtime_list *list);

/* Pane and process of a spawned agent (also the ticket's worker): while spawning, idle or running. */
struct runtime_agent {
    const char *session_key, *run_id, *pane_id;
    const struct identity *agent;
    int64_t now;
};
bool runtimes_set_agent(struct board *board, const struct runtime_agent *set, bool *changed, struct err *err);

/* One change of a runtime's status; each verb says what it needs beside session_key, run_id and now. */
struct runtime_change {
    const char *session_key, *run_id;
    const char *nonce;      /* of the turn */
    enum runtime_status to; /* return_turn, retire */
    const char *reason;     /* retire */
    int64_t offset;         /* set_harvest */
    struct tick tick;       /* take_turn, start_clock */
    int64_t now;
};

/* Takes the turn: idle|spawning -> running with the nonce. *changed false: busy. turn_count grows. */
bool runtimes_take_turn(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);

/* Ends the turn by its holder: running with this nonce (NULL: an adopted turn without one) -> idle;
 * last_turn_marker is the nonce. */
bool runtimes_end_turn(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);

/* Gives back a turn that provably never began: running with this nonce -> idle (`spawning` when nothing was ever sent),
 * without last_turn_marker. */
bool runtimes_return_turn(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);

/* A spawned agent that waits without a turn: spawning -> idle; one in its turn, whose row a hand has put back: running.
 */
bool runtimes_settle_idle(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);

/* Any active status -> dead or closed, with the reason; a ticket that is still this run's has no worker any more. */
bool runtimes_retire(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);

/* A row made again from a session's tags (lost_row), only if no active row of the key stands. */
bool runtimes_rebuild(struct board *board, const struct runtime *runtime, bool *changed, struct err *err);

/* That the turn stalls is being said: by the first of those that saw the same mark. `seen` names the turn as it was
 * read; its last_output_at is the output that was seen last. */
bool runtimes_note_stall(struct board *board, const struct runtime *seen, bool *changed, struct err *err);

/* A row without a reading of this boot: its lengths of time are counted from now on. */
bool runtimes_start_clock(struct board *board, const struct runtime_change *change, bool *changed, struct err *err);

/* A turn under way has waited for its person: its length of time is counted from now on. By run_id and tick. */
bool runtimes_resume(struct board *board, const struct runtime_change *change, struct err *err);

/* The row's session gets its other name: while nothing was started. By session_key, run_id and tmux_target of *runtime.
 */
bool runtimes_set_target(struct board *board, const struct runtime *runtime, bool *changed, struct err *err);

/* Where the pane log stood when the turn was taken: what follows is the turn's. */
bool runtimes_set_harvest(struct board *board, const struct runtime_change *change, struct err *err);

/* So many turns in a row have ended without a word. */
bool runtimes_set_quiet(struct board *board, const struct runtime *runtime, struct err *err);

/* run_id empty: no such row. */
bool runs_get(struct board *board, const char *run_id, struct run *run, struct err *err);

struct run_list {
    struct run *items;
    size_t count, cap;
};
bool runs_of_ticket(struct board *board, int64_t ticket_id, struct run_list *list, struct err *err);
/* The run before this one of its ticket whose agent was given its prompt. run_id empty: none. */
bool runs_worked(struct board *board, const char *run_id, struct run *run, struct err *err);
bool runs_any(struct board *board, bool *any, struct err *err); /* has the board ever had one? */
void run_list_release(struct run_list *list);

/* Sets outcome, class, detail and, when `end`, ended_at of a run that is open. */
struct run_settle {
    const char *run_id;
    enum run_outcome outcome;
    const char *class, *detail;
    bool end;
    int64_t now;
};
bool runs_settle(struct board *board, const struct run_settle *settle, bool *changed, struct err *err);

/* A run that ended with its work delivered goes on: its agent is still there, and so is what it was told. */
bool runs_reopen(struct board *board, const char *run_id, bool *changed, struct err *err);

/* The pickup that works on the run from now on: by it the others know that a send under way is not interrupted. With
 * `from` only if that one did so until now. */
struct run_handover {
    const char *run_id;
    const struct identity *from, *to;
};
bool runs_set_pickup(struct board *board, const struct run_handover *handover, bool *changed, struct err *err);

/* The author of what an agent tells itself. */
#define MESSAGE_AGENT "agent"

/* A note, pending; *id is its number. With a person's, the ticket's turns are counted anew, and a nudge that waits is
 * not needed any more. */
struct message_new {
    int64_t ticket_id;
    const char *author, *body;
    enum message_purpose purpose;
    bool aside;      /* it goes along with whatever is sent next, and moves nothing */
    bool alone;      /* somebody waits for the reply to this one: no other text of a person goes with it */
    int64_t next_at; /* not before; 0: at once */
    int64_t now;
};
bool messages_add(struct board *board, const struct message_new *message, int64_t *id, struct err *err);

/* id 0: no such row. */
bool messages_get(struct board *board, int64_t id, struct message *message, struct err *err);
/* The run's message of kind work (id 0 when none). */
bool messages_work(struct board *board, const char *run_id, struct message *message, struct err *err);

struct message_list {
    struct message *items;
    size_t count, cap;
};
/* All of a ticket, oldest first. */
bool messages_of_ticket(struct board *board, int64_t ticket_id, struct message_list *list, struct err *err);
void message_list_release(struct message_list *list);

/* Which messages of which turn. */
struct message_turn {
    int64_t ticket_id; /* notes */
    int64_t id;        /* take */
    const char *run_id;
    const char *nonce;
};
/* The bodies of the notes that go with this nonce, or (nonce NULL) the pending ones of the ticket, oldest first,
 * with a blank line between. New string. */
bool messages_notes(struct board *board, const struct message_turn *turn, char **text, struct err *err);
/* Every pending message that the claim gave this nonce -> sending. */
bool messages_send(struct board *board, const struct message_turn *turn, int *changed, struct err *err);
/* pending -> sending for this message (run and nonce set), and for what a person has said besides, due or not; with one
 * that is alone only asides go. The run's work message goes along as long as it was never sent, also one that had
 * failed: no agent gets an answer without its ticket. With it go all the ticket's pending notes. Of what finds no room
 * in one turn (TICKET_TEXT_MAX bytes, with the ticket's text where that goes along) the oldest go, as with a claim; the
 * rest waits. */
bool messages_take(struct board *board, const struct message_turn *turn, bool *changed, struct err *err);

/* What people have told the ticket's agents until now, the last few, with a blank line between. New string. */
bool messages_told(struct board *board, int64_t ticket_id, char **text, struct err *err);

/* The runtime of this host that is idle, or running an adopted turn that is not ours, whose in_progress ticket has a
 * due pending message, or whose in_review ticket has one of a person that is no aside; with that oldest message, those
 * that are alone after the others (id 0: none). The caller releases both. */
struct delivery_want {
    const char *host;
    int64_t now;
    int64_t latest; /* a time behind it is from a clock that was ahead, and counts as now */
};
struct delivery {
    struct message message;
    struct runtime runtime;
};
bool messages_next(struct board *board, const struct delivery_want *want, struct delivery *delivery, struct err *err);

/* A pending message that could not go now: attempts + 1, due at next_at. */
struct message_postpone {
    int64_t id;
    const char *error;
    int64_t next_at;
};
bool messages_postpone(struct board *board, const struct message_postpone *postpone, struct err *err);
/* A pending message that is not to be sent after all. */
bool messages_drop(struct board *board, int64_t id, struct err *err);
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
/* What stands beside the turn of this nonce: does a message wait for the agent, and was the turn itself our "go on"? */
struct message_standing {
    bool waiting, after_go_on, person; /* person: what waits is a person's */
};
bool messages_standing(struct board *board, const struct message_turn *turn, struct message_standing *standing,
                       struct err *err);
/* Every pending note of the ticket waits until then, for a usage limit; *held: how many. */
struct message_hold {
    int64_t ticket_id, until;
};
bool messages_hold(struct board *board, const struct message_hold *hold, int *held, struct err *err);
/* What we wanted to say ourselves and is pending is not said. */
bool messages_drop_ours(struct board *board, int64_t ticket_id, struct err *err);

/* A run that ended without delivering: its work message -> failed_to_inject, its notes of people (whatever their
 * status) back to pending so that the next run's prompt carries them. Ours are dropped. */
bool messages_give_back(struct board *board, const char *run_id, const char *error, struct err *err);

/* Effects: an intent, later its result on the newest intent of that kind (*changed false: none open). A kill or close
 * that is intended already is not intended again. */
struct effect_write {
    const char *run_id;
    enum effect_kind kind;
    enum effect_state state; /* result */
    const char *detail;      /* of a result, NULL: the intent's stays */
    int64_t now;
};
bool effects_intend(struct board *board, const struct effect_write *intent, struct err *err);
bool effects_end_begun(struct board *board, const char *run_id, bool *begun,
                       struct err *err); /* a kill's intent stands */
bool effects_spawned(struct board *board, const char *run_id, bool *spawned,
                     struct err *err); /* its agent was started, or may have been */
bool effects_result(struct board *board, const struct effect_write *result, bool *changed, struct err *err);

#endif
