#ifndef MC_ATTACH_H
#define MC_ATTACH_H

#include <stdbool.h>

struct argv;
struct err;
struct tmux;

/* A person's own client on a session: the words of "tmux attach-session" to exactly this one. */
void attach_words(const struct tmux *tmux, const char *session, struct argv *argv);

/* Becomes that client; returns only when it cannot (false). */
bool attach_become(const struct argv *argv, struct err *err);

#endif
