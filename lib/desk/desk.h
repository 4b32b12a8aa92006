#ifndef MC_DESK_H
#define MC_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/argv.h"
#include "rules/moves.h"
#include "rules/words.h"

struct err;
struct json;
struct site;
struct ticket_new;

/* What a person or an agent does to one ticket (SPEC sections 4, 12, 13): one immediate transaction each, then the
 * outside effect if there is one. A request id goes through the same transaction: seen before, nothing is done and
 * the first answer comes again. */
struct desk {
    struct site *site;
    const char *by;         /* the author in the activity */
    const char *request;    /* the id for this ticket; NULL: none */
    const char *request_id; /* as it was given, and what the whole command is where it is for several tickets; NULL: */
    const char *group;      /* for one */
    bool agent;             /* asked from inside an agent's session: no person speaks */
    int64_t now;
};

struct desk_result {
    int64_t ticket;              /* 0: it was about the board */
    enum ticket_status from, to; /* the same where nothing moved; from COUNT: it was nowhere before */
    bool changed;
    int64_t message; /* the number of a text that waits; 0: none */
    int64_t count;   /* of things that it was done to, where it was not a ticket */
    char *say;       /* one line for a person */
};
void desk_result_release(struct desk_result *result);

/* {"schema":1,"ticket":…,"from":…,"to":…,"changed":…,"message":…}, and "message_id" where a text waits */
struct json *desk_result_json(const struct desk *desk, const struct desk_result *result);

/* `ticket` without author and time. 66 when one it waits for is not there. */
bool desk_add(struct desk *desk, const struct ticket_new *ticket, struct desk_result *result, struct err *err);

/* A move of the table in rules/moves.h. text: for reject and answer the note to the agent, for block the reason or
 * NULL, else NULL. The agent of a ticket that is moved is ended at once: the kill intent stands in the same
 * transaction, so a crash in between is healed. Only answer and reject leave one that lives where it is: the ticket is
 * in_progress again, its run goes on, and the text waits for the next pickup. Where the ticket is already: true,
 * nothing changed, but for a block with another reason. 65 from another status, with those it goes from. When the
 * ticket moved and its agent could not be ended, that is the failure. */
struct desk_order {
    enum move move;
    int64_t ticket;
    const char *text;
};
bool desk_move(struct desk *desk, const struct desk_order *order, struct desk_result *result, struct err *err);

/* A text for the agent, in every status but done and cancelled. Without `turn` it goes along with whatever is sent
 * next, and moves nothing; with it, it is a turn of its own, and a ticket whose agent rests for a person is in_progress
 * again. result->message is its number. */
struct desk_telling {
    int64_t ticket;
    const char *text;
    bool turn;  /* not an aside */
    bool alone; /* a turn of its own, whose reply is waited for */
};
bool desk_tell(struct desk *desk, const struct desk_telling *telling, struct desk_result *result, struct err *err);

/* What is changed of a ticket that is not closed (65); what is NULL or empty stays, as does what is the same. Its place
 * in the queue stays too. 65 where a need would close a circle, which is named, and where the ticket is not what it was
 * when somebody began to edit it. */
struct desk_edit {
    int64_t ticket;
    const char *title, *body;
    const char *profile, *workspace; /* "": the configuration's */
    int priority;                    /* -1: stays */
    struct argv labels, no_labels;   /* clean */
    const int64_t *after, *no_after;
    size_t after_count, no_after_count;
    const char *title_before, *body_before; /* NULL: whatever they are */
};
bool desk_edit(struct desk *desk, const struct desk_edit *edit, struct desk_result *result, struct err *err);

/* Nothing is claimed any more, until it is resumed; agents that live go on. Paused already, or not paused: true,
 * nothing changed. reason NULL: none. */
bool desk_pause(struct desk *desk, const char *reason, struct desk_result *result, struct err *err);
bool desk_resume(struct desk *desk, struct desk_result *result, struct err *err);

/* Closes one breaker, or all where thing is NULL; result->count: how many. */
bool desk_breaker_close(struct desk *desk, const char *thing, struct desk_result *result, struct err *err);

/* Gives up another host of a shared board (run/host_lost.h); result->count: the tickets that are to be done again.
 * Retired already: true, nothing changed. 64 for this machine itself, 65 on a board of one machine, 66 for a name that
 * no row has, 75 for one that was seen within the last two minutes, without force. */
struct desk_host {
    const char *name;
    bool force;
};
bool desk_retire_host(struct desk *desk, const struct desk_host *order, struct desk_result *result, struct err *err);

/* "Try it again now": a todo ticket that was put off is due, a blocked one is todo with its attempts anew, the
 * agent of a paused one goes on. True where it is due already. 65 from any other status, with what to do. */
bool desk_retry(struct desk *desk, int64_t ticket, struct desk_result *result, struct err *err);

/* For what is done outside the board and may be done twice: before it, 65 where the request id was used for something
 * else; after it, the id belongs to that. Without an id both are true. */
struct request_for;
bool desk_request_ask(struct desk *desk, const struct request_for *what, struct err *err);
bool desk_request_note(struct desk *desk, const struct request_for *what, struct err *err);

/* The agent's word on its turn, fenced by run and nonce (NULL: of the turn that is active). One that is old is recorded
 * and is a 65; the same again is true and changes nothing. */
struct desk_word {
    int64_t ticket;
    const char *run_id;
    const char *nonce;
    enum signal_word word;
    const char *payload; /* one line */
};
bool desk_signal(struct desk *desk, const struct desk_word *word, struct desk_result *result, struct err *err);

/* Where there is no board to say it to: left for the next pickup of this machine (run/spool.h). 66 for a run without a
 * folder here. */
bool desk_signal_leave(const struct desk *desk, const struct desk_word *word, struct err *err);

#endif
