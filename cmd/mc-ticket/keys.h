#ifndef MC_TICKET_KEYS_H
#define MC_TICKET_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "desk/desk.h"

struct call;
struct err;

/* One act on each of several tickets: each its own transaction and its own line, and the exit code of the worst. With
 * --json one of them prints its object, several {"schema":1,"results":[…]}. Nothing is done before every word is known
 * to be a key; one that is given twice is acted on once. */
enum keys_text {
    KEYS_ALONE, /* every word is a key */
    KEYS_TEXT,  /* the last is a text for the agent, or --body-file gives it */
    KEYS_REASON /* the last is one where it is no key */
};
struct keys_work {
    struct call *call;
    struct desk desk;
    const char *text; /* NULL: none */
    int which;        /* the job's */
};
struct keys_job {
    enum keys_text text;
    int which;
    bool (*act)(struct keys_work *work, int64_t ticket, struct desk_result *result, struct err *err);
    void (*after)(struct keys_work *work, const struct desk_result *result); /* it is said; or NULL */
};
bool keys_run(struct call *call, const struct keys_job *job, struct err *err);

#endif
