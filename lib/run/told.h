#ifndef MC_TOLD_H
#define MC_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/nonces.h"
#include "rules/rows.h"
#include "rules/turn_fault.h"

struct err;
struct journal_row;
struct site;
struct text;

/* What an agent has told of its turn, as the board is to take it: at once, or later, from a file (run/spool.h). */
enum told_kind { TELL_OVER, TELL_WAITS, TELL_SIGNAL, TELL_KIND_COUNT };

struct told {
    enum told_kind kind;
    struct nonces nonces; /* in the turn's prompt, where the agent names it; none: it does not. Of a signal: its own */
    bool begun; /* the agent tells what it begins: `last` is of the turn that it began last, none: not of ours */
    struct nonces last;
    int64_t at;            /* by this machine's own clock: an agent's hook may know no other */
    int64_t tick;          /* the same on the awake clock */
    char boot[40];         /* of which boot; "": not known */
    char run[RUN_ID_SIZE]; /* "": not said */
    int64_t ticket;        /* of a signal, with its word */
    enum signal_word word;
    enum turn_fault fault;
    int64_t until; /* when a limit ends, counted from `at`; 0: not told */
    bool still_at_work;
    char *reply;  /* NULL: not known */
    char *detail; /* the fault's, what it waits for, the signal's line; NULL */
};
void told_release(struct told *told);

/* Of which run, and of which boot its tick is. */
void told_stamp(struct told *told, struct site *site, const char *run_id);

/* Why nobody of ours has left it with this run; NULL: it may be. */
const char *told_strange(const struct told *told, const char *run_id, const struct tick *now);

/* {"schema":1,"kind":"over",…} in at most `max` bytes (0: any number): then the reply is cut, and says so. */
void told_print(const struct told *told, size_t max, struct text *out);
bool told_parse(struct told *told, const char *bytes, size_t n);

/* When its limit ends, counted from its moment; 0: it is of none, or does not tell. */
int64_t told_until(const struct told *told);

/* The board takes it: over, needs_input, the signal's status. What is another turn's, another run's or was taken before
 * moves nothing and is no error. A signal that comes again under the same name `once` (NULL: it has none) is the same
 * one, whatever has happened since. */
struct told_of {
    const char *run_id, *once;
};
bool told_apply(struct site *site, const struct told_of *of, const struct told *told, struct err *err);

/* What an agent left moved nothing: said once a run. */
struct told_ignored {
    int64_t ticket;
    const char *run_id;
    const char *body;
};
bool told_ignored(struct site *site, const struct told_ignored *ignored, struct err *err);

/* A row of its kind, in a transaction of its own, unless the row's run has one already. */
bool told_once(struct site *site, const struct journal_row *row, struct err *err);

#endif
