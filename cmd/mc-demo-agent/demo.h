#ifndef MC_DEMO_H
#define MC_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* What it tells --report's program about its turns. */
struct demo_report {
    const char *program; /* NULL: nothing */
    bool never;
    bool no_start;
    bool twice;
    bool foreign;       /* of another prompt */
    int64_t late;       /* its prompt is back before the end is told */
    int64_t background; /* first "over, but still at work", that long before the end */
    const char *waits;  /* for a person, said when the turn has begun */
    const char *fault;
    const char *detail; /* of the fault */
};

/* How this agent is to behave (the options of mc-demo-agent), and where it stands. Times are milliseconds. */
struct demo {
    int64_t ready_after;
    int64_t busy;
    int64_t crash_after; /* -1: does not crash */
    int64_t exit_status;
    bool segv;
    bool dialog;
    bool no_signal;
    bool no_paste;
    bool ignore_term;
    bool ignore_hup;
    bool daemon;
    const char *signal;
    const char *reply;
    const char *hold;  /* a turn ends only when this file is there, which is taken away */
    bool echo;         /* its word is the first line of what it was told */
    const char *write; /* a file that gets a line each turn */
    bool commit;       /* then what is not committed where it works */
    const char *log;
    struct demo_report report;
    const char *prompt; /* the first turn; NULL: it is typed */

    int64_t started;
    int turns;
    bool bracket; /* inside a paste */
    int pastes;
    struct text input;   /* of the turn being typed */
    struct text paste;   /* the one being received */
    struct text pending; /* the beginning of an escape sequence */
};

/* Sleeps, or dies when that is what was asked for. */
void demo_wait(const struct demo *demo, int64_t ms);
int64_t demo_until_crash(const struct demo *demo); /* -1: never */

/* One line of JSON in the log: {"event":…,"bytes":…,"text":…}. */
void demo_log(const struct demo *demo, const char *event, const char *bytes, size_t n);

/* A text of somebody else's, from the second line on indented as agents do: the first column is the agent's own. A
 * terminal in raw mode wants its own carriage returns; control bytes are not obeyed. */
void demo_show(const char *bytes, size_t n);

#endif
