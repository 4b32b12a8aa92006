#ifndef MC_ENVIRONMENT_H
#define MC_ENVIRONMENT_H

#include <stdbool.h>

struct argv;

/* What of the environment that a pickup was started with goes on to those it starts (SPEC section 7). */
struct environment {
    char *const *caller;     /* NAME=VALUE, NULL-terminated */
    const char *secret;      /* the variable that holds our token; NULL: none */
    const struct argv *pass; /* patterns of the agent's profile; NULL: none */
    bool runtime_dir;        /* the folder that XDG_RUNTIME_DIR names is there */
    bool on_server;          /* the board is: what leads libpq there stays with us, whatever `pass` says */
};

/* NAME=VALUE, unless the name is there already: getenv(3) takes the first of two. */
void environment_put(struct argv *env, const char *variable);
void environment_put_pair(struct argv *env, const char *name, const char *value);

/* NULL: not there. */
const char *environment_value(const struct argv *env, const char *name);

/* For an agent or a hook: only what is on the list or named by `pass`, and a locale of UTF-8. What env has already
 * stays. */
void environment_agent(struct argv *env, const struct environment *from);

/* For notify: all but GIT_*, the secret, what makes an agent of it, and what leads libpq to a board on a server. What
 * env has already stays. */
void environment_child(struct argv *env, const struct environment *from);

/* Kept from agents whatever their `pass` says; also true for a pattern that could only match such names. */
bool environment_never(const char *name);

/* Does libpq read it? PostgreSQL 15's "Environment Variables" and what 16 to 18 add. */
bool environment_libpq(const char *name);

/* Letters, digits, _ and *, where * is any number of characters. */
bool environment_pattern_ok(const char *pattern);

#endif
