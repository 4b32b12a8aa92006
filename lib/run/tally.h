#ifndef MC_TALLY_H
#define MC_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/breaker.h"

struct err;
struct site;
struct text;

/* One failure of a run of a ticket. */
struct failure {
    enum send_class class;
    int64_t ticket;
    const char *profile;   /* NULL: the configuration's */
    const char *workspace; /* of workspace_failed */
    const char *detail, *next;
    bool own_place; /* of the world, in the ticket's own place: no other ticket meets it */
    bool shared;    /* of workspace_failed: it is the workspace's (git, the repository, the pool), and no attempt */
    bool early;     /* the agent came to no turn at all: perhaps its profile's fault */
};

/* What a failure was for the thing that failed. */
struct tally {
    char thing[BREAKER_THING_SIZE]; /* "": none */
    bool world;                     /* no attempt of the ticket's */
    bool repeated;                  /* the ticket failed like this the time before: it has been said */
    int64_t until;                  /* so long tickets that need the thing wait, and that is said now; 0: it is not */
    bool otherwise;                 /* the thing has failed for another reason than before, which nobody was told */
    struct breaker breaker;         /* as it is now */
};

/* Counts a failure for the thing that failed, inside the caller's transaction, who has set `repeated`; where that opens
 * the breaker of a profile by agents that come to no turn, the other tickets of the row are excused (store/queue.h). */
bool tally_count(struct site *site, const struct failure *failure, struct tally *tally, struct err *err);

/* Inside a transaction: that tickets wait is an event for notify, where it is said now. */
bool tally_tell(struct site *site, const struct tally *tally, int64_t ticket, struct err *err);

/* A person has to act before anything of this profile works again: its breaker is opened at once, inside the caller's
 * transaction; the next pickup that finds a ticket waiting for it says so. A turn of it that comes to its end closes
 * it. */
bool tally_stop(struct site *site, const struct failure *failure, struct err *err);

/* Is there anything new in it for a person? Said: the ticket's first failure of a class, and once, that tickets wait
 * for a thing. */
bool tally_is_news(const struct tally *tally);

/* "; tickets that need … wait until …", or nothing. */
void tally_words(const struct tally *tally, struct text *out);

#endif
