#ifndef MC_NOTICE_H
#define MC_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct argv;
struct text;

/* What a person is told by the program that `notify` names (SPEC section 12). */
enum notice_event {
    NOTICE_NEEDS_INPUT,
    NOTICE_IN_REVIEW,
    NOTICE_BLOCKED,
    NOTICE_FAILED,
    NOTICE_BREAKER,
    NOTICE_HOST_SILENT,
    NOTICE_QUARANTINED,
    NOTICE_COUNT
};
extern const char *const notice_events[NOTICE_COUNT + 1]; /* their words; NULL at the end */

/* Of a ticket that was moved there, but by a person: todo is a failure that is tried again; done, a delivery that
 * nobody wants to review, is told as one. NOTICE_COUNT: none. */
enum notice_event notice_of_move(enum ticket_status to);

/* `on`: the words of notify_on; none: all. */
bool notice_wanted(enum notice_event event, const struct argv *on);

struct notice_facts {
    const char *id; /* the same whenever it is told again */
    enum notice_event event;
    const char *board, *ticket, *title; /* ticket NULL: it is of none */
    const char *run;                    /* NULL: none */
    const char *status;
    const char *text;
    const char *record; /* terminal state of a failure; NULL: none */
    const char *thing;  /* that a breaker has opened for; NULL: none */
    const char *host;   /* that is silent; NULL: none */
    int64_t time;
};

/* The object, on one line. */
void notice_json(struct text *out, const struct notice_facts *facts);

/* MC_EVENT, MC_DB, MC_TICKET, MC_TITLE and MC_TEXT of such an object, one clean line each, bounded. No MC_RUN: what
 * bears it passes for an agent. False: it is none. */
bool notice_environment(struct argv *env, const char *json);

#endif
