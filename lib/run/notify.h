#ifndef MC_NOTIFY_H
#define MC_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct err;
struct site;
struct text;

/* What has become of a ticket or a host, but by a person's own hand. */
struct notice {
    int64_t ticket;        /* 0: it is of none */
    const char *run_id;    /* NULL: of none */
    enum ticket_status to; /* where it is now; the event follows from it (rules/notice.h) */
    const char *text;      /* the question, the summary, the reason */
    const char *record;    /* terminal state of a failure; NULL: none */
    const char *thing;     /* its breaker has opened, and that is the event; NULL: none has */
    const char *slot;      /* it was set aside, and that is the event; NULL: none was */
    const char *host;      /* it is silent, and that is the event; NULL: none is */
};

/* Inside the caller's transaction, so that it is told if and only if it is so. Nothing where nobody wants to know. */
bool notice_add(struct site *site, const struct notice *notice, struct err *err);

/* After the commit: hands what there is to programs that are not waited for (mc-notify), in order. What cannot be told
 * now, and what a killed one has left, the next pickup tells. Nothing of it fails the caller. Of several at once one
 * tells each. Killed between its start and its mark, a notice is told again, with the same id; of a board that several
 * machines share nobody tells it then. */
void notify_flush(struct site *site);

/* For a pickup that finds some there: the same, and without a `notify` they are dropped, but for those of a board that
 * several machines share: one of the others tells them. */
void notify_left(struct site *site);

/* One line about a notify that failed since the last look, once a day; false: there is nothing to say. */
bool notify_fault(const struct site *site, struct text *line);

/* The same for whoever only looks: one that failed, and none went well since. */
bool notify_fails(const struct site *site, struct text *line);

#endif
