#ifndef MC_ANSWER_H
#define MC_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/classes.h"

struct dialect;

/* How the exchange itself ended, before its content is read. */
enum transfer {
    TRANSFER_DONE,        /* a whole answer */
    TRANSFER_UNREACHABLE, /* nothing was sent: name, route, refused, TLS, connect timeout */
    TRANSFER_TIMEOUT,     /* the request may have arrived */
    TRANSFER_DROPPED,     /* reset, half an answer, lying length */
    TRANSFER_TOO_BIG,     /* over 1 MiB, or a header flood */
    TRANSFER_GARBAGE,     /* not HTTP */
    TRANSFER_COUNT
};
const char *transfer_name(enum transfer transfer);
int transfer_from(const char *name);

struct reply {
    enum transfer transfer;
    int status;               /* 0: none */
    const char *content_type; /* "" when none */
    const char *retry_after;  /* the header's value as it came, or NULL */
    const char *body;
    size_t body_len;
    const char *detail; /* the library's words for a failed transfer, or NULL */
    const char *nonce;  /* of our request */
    const char *run_id; /* of our run: a 409 that names another is foreign */
    const char *ticket; /* our key */
    const char *token;  /* what the answer's words must not tell, or NULL */
    int64_t now;        /* for Retry-After as a date */
};
struct answer {
    enum send_class class;
    int64_t pause_ms; /* for paused: how long; 0: not said */
    char detail[512]; /* the answer's own words, cleaned to one line; never the token */
};

/* Reads a reply by the dialect's rules, then by the general table (SPEC section 9). Unknown answers fall to the safe
 * side: an unread 4xx is rejected, an unread 5xx server_error, a 2xx that is not the contract garbled. An opaque 409
 * (no JSON reason) is busy. */
void answer_read(struct answer *answer, const struct dialect *dialect, const struct reply *reply);

/* A status request's answer: does it say busy? UNKNOWN when it cannot be read. In an object by sessions ({"ses_1":
 * {"type":"busy"}}) only the member named `session`, or one that the dialect's path names, is asked; absent is not
 * busy. With session NULL and a path without such a name, the whole answer is. */
int answer_status_busy(const struct dialect *dialect, const char *session, const char *body, size_t n); /* enum seen */

#endif
