#ifndef MC_TICKETS_H
#define MC_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rows.h"

struct board;
struct err;

/* Ticket rows. Every verb runs inside the caller's transaction; a `fenced` update changes one row or none and says
 * which in *changed. */

struct ticket_new {
    const char *title, *body, *profile, *workspace, *labels, *dedupe_key, *author;
    enum priority priority;
    enum ticket_status status; /* todo or inbox */
    const int64_t *after;      /* ids it depends on */
    size_t after_count;
    int64_t now;
};
/* The new one, or the first with this dedupe key (made false), which may be in the archive by now and on the board no
 * more. 66 when an `after` is not there. Writes the activity row `created`. */
struct ticket_added {
    int64_t id;
    bool made, archived;
};
bool tickets_add(struct board *board, const struct ticket_new *ticket, struct ticket_added *added, struct err *err);

/* The first with this dedupe key; id 0: there is none. */
bool tickets_by_dedupe(struct board *board, const char *key, struct ticket_added *known, struct err *err);

/* 66 when it is not there ("ticket number N"; the caller wraps with the key). */
bool tickets_get(struct board *board, int64_t id, struct ticket *ticket, struct err *err);
/* id 0 when it is not there. */
bool tickets_find(struct board *board, int64_t id, struct ticket *ticket, struct err *err);
bool tickets_line(struct board *board, int64_t id, struct ticket *ticket, struct err *err); /* without its body */
bool tickets_there(struct board *board, int64_t id, bool *there, struct err *err);

struct ticket_list {
    struct ticket *items;
    size_t count, cap;
};
/* Newest change last. No bodies. */
struct ticket_filter {
    enum ticket_status status; /* TICKET_STATUS_COUNT: every one */
    size_t limit;              /* at most so many, those that changed last; 0: all */
};
bool tickets_list(struct board *board, const struct ticket_filter *filter, struct ticket_list *list, struct err *err);
void ticket_list_release(struct ticket_list *list);

/* From now on it depends on that one, which is there. */
bool tickets_need(struct board *board, int64_t id, int64_t needs, struct err *err);

/* Ids this ticket depends on, with whether they are done. */
struct ticket_need {
    int64_t id;
    enum ticket_status status;
};
struct ticket_need_list {
    struct ticket_need *items;
    size_t count, cap;
};
bool tickets_needs(struct board *board, int64_t id, struct ticket_need_list *list, struct err *err);
void ticket_need_list_release(struct ticket_need_list *list);

/* One fenced move: only from `from` and only while run_id is `run_id` (NULL: whatever it is). */
struct ticket_move {
    int64_t id;
    enum ticket_status from, to;
    const char *run_id;
    const char *failure_reason; /* NULL clears it */
    int attempts;               /* -1: leave; else set */
    int64_t next_attempt_at;    /* 0: none */
    bool clear_worker;          /* worker_pid, worker_host and run_id become NULL */
    int64_t now;
};
bool tickets_move(struct board *board, const struct ticket_move *move, bool *changed, struct err *err);

/* A turn of it is over: `count` more, `worked_ms` longer at work; result NULL: the last word's stays. */
struct ticket_turn {
    int64_t id;
    int count; /* 0: it was counted, only its word is new */
    int64_t worked_ms;
    const char *result;
};
bool tickets_turn(struct board *board, const struct ticket_turn *turn, struct err *err);

/* A person has said something of it: its turns, their time, and those that were quiet are counted anew. */
bool tickets_heard(struct board *board, int64_t id, struct err *err);

#endif
