#ifndef MC_READING_H
#define MC_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "run/ended.h"

struct err;
struct pickup;
struct profile;
struct runtime;
struct tmux_agent;

/* The end of a turn read off what its agent has shown: the word, the reply, why it was not finished. */
struct reading {
    struct pickup *pickup;
    const struct runtime *runtime;
    const struct profile *profile; /* NULL: not known any more */
    const char *nonce;
    const char *from; /* the ticket's status, for the report */
    int64_t output;   /* when its agent put out something last; 0: not known */
    enum over_by by;
    bool interrupted; /* a person broke it off */
    bool stopped;     /* by a limit, a login, an error: the screen's lowest lines say which */
    bool typed;       /* by us: no endpoint has it */
    bool word_only;   /* without a word of its agent's there is nothing to say here */
    bool found;       /* a word was, and has moved the ticket */
};

/* From the screen with its history, live or dead. *there false: it cannot be read now, and nothing is said of it. */
bool reading_screen(struct reading *reading, const struct tmux_agent *agent, bool *there, struct err *err);

/* From text that is there: a log that was played again. */
bool reading_text(struct reading *reading, const char *screen, struct err *err);

#endif
