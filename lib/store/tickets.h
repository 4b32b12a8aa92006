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
    const char *title, *body, *profile, *labels, *dedupe_key, *author;
    enum priority priority;
    enum ticket_status status; /* todo or inbox */
    const int64_t *after;      /* ids it depends on */
    size_t after_count;
    int64_t now;
};
/* *id of the new one, or of the first with this dedupe key (*made false). 66 when an `after` is not there. Writes the
 * activity row `created`. */
bool tickets_add(struct board *board, const struct ticket_new *ticket, int64_t *id, bool *made, struct err *err);

/* 66 when it is not there ("ticket number N"; the caller wraps with the key). *found instead when found is not NULL. */
bool tickets_get(struct board *board, int64_t id, struct ticket *ticket, bool *found, struct err *err);

struct ticket_list {
    struct ticket *items;
    size_t count, cap;
};
/* By status (TICKET_STATUS_COUNT: all but nothing left out), newest change last, at most limit (0: all). No bodies. */
bool tickets_list(struct board *board, enum ticket_status status, size_t limit, struct ticket_list *list,
                  struct err *err);
void ticket_list_release(struct ticket_list *list);

/* Ids this ticket depends on, with whether they are done. */
struct ticket_need {
    int64_t id;
    enum ticket_status status;
};
bool tickets_needs(struct board *board, int64_t id, struct ticket_need **needs, size_t *count, struct err *err);

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

#endif
