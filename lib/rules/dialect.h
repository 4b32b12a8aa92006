#ifndef MC_DIALECT_H
#define MC_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/classes.h"

/* What differs between endpoints, as data (SPEC section 8). Built-in: mission-control, gaia, opencode, agentapi. */
struct dialect_rule {
    int status_low, status_high; /* inclusive */
    char *body;                  /* ERE matched bytewise, case-insensitive, in the body; NULL: any */
    enum send_class class;
};
struct dialect {
    char *name;
    char *method; /* POST */
    char *path;   /* appended to send.url; "" when the url is whole. {ticket} {number} {session_key} {session} {run} */
    char *body;   /* JSON template, its strings filled: {ticket} {number} {session_key} {run_id} {nonce} {message} */
    char **headers; /* "Name: value" with the same fields but {message}, besides those that every request has */
    size_t header_count;
    int *success; /* statuses that mean taken */
    size_t success_count;
    char *success_content; /* needed content type prefix of a success with a body, "application/json"; NULL: any but
                              HTML */
    bool idempotent;       /* honours Idempotency-Key: the same key may be sent once more after an unknown answer */
    bool blocking;         /* answers when the turn is over (gaia): a timeout after the request is unknown, as ever */
    struct dialect_rule *rules; /* first match wins; after them the general table of answer.c */
    size_t rule_count;
    char *status_path; /* asked first with GET where prompts are taken while busy; NULL: not asked */
    char *status_busy; /* ERE over the status answer that means busy */
};

size_t dialect_builtin_count(void);
void dialect_from_builtin(struct dialect *dialect, size_t index);
void dialect_release(struct dialect *dialect);

/* The reason a row of the configuration cannot work, in a new string; NULL when it can. */
char *dialect_error(const struct dialect *dialect);

/* Does a dialect's pattern (ERE, bytewise, any case) stand in the subject? No pattern: no. */
bool dialect_match(const char *pattern, const char *subject);

#endif
