#ifndef MC_DIALECT_FILL_H
#define MC_DIALECT_FILL_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct text;

/* The {name}s of a dialect's strings. {message} is for bodies only; {run} and {run_id} are the same. */
enum fill { FILL_URL, FILL_HEADER, FILL_BODY };

/* "what: {nmae} is not known" in a new string; NULL when every {name} in the string is. */
char *dialect_fill_error(const char *what, const char *string, enum fill fill);

struct dialect_fields {
    const char *ticket;
    int64_t number;
    const char *session_key;
    const char *session; /* tmux session name */
    const char *run_id;
    const char *nonce;
    const char *message;
};

/* Where a request goes. */
struct dialect_target {
    const char *url;  /* send.url */
    const char *path; /* the dialect's, appended; NULL or "": the url is whole */
};

/* The target with its fields percent-encoded; only http:// and https:// with a host and without user:password.
 * Error 78 otherwise. */
bool dialect_url(struct text *out, const struct dialect_target *target, const struct dialect_fields *fields,
                 struct err *err);

/* The body: every string of the JSON template with its fields replaced in one pass; a string that is just "{number}"
 * becomes a number. */
bool dialect_body(struct text *out, const char *template, const struct dialect_fields *fields, struct err *err);

/* One of a dialect's headers with its fields put in; control characters of their values are left out. False only when
 * the text's ceiling was passed. */
bool dialect_header(struct text *out, const char *header, const struct dialect_fields *fields);

#endif
