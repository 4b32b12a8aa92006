#ifndef MC_HEALTH_H
#define MC_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"

struct text;

/* What monitoring wants to know of a board that runs unattended (SPEC section 17), decided from numbers alone. */
enum health_check {
    HEALTH_PICKUP,
    HEALTH_BOARD,
    HEALTH_PAUSED,
    HEALTH_BREAKER,
    HEALTH_BLOCKED,
    HEALTH_NEEDS_INPUT,
    HEALTH_REVIEW,
    HEALTH_WAITING,
    HEALTH_STUCK,
    HEALTH_MESSAGE,
    HEALTH_HOST,
    HEALTH_SLOT,
    HEALTH_PUSH,
    HEALTH_NOTIFY,
    HEALTH_DISK,
    HEALTH_WAL,
    HEALTH_COUNT
};
const char *health_check_name(enum health_check check);

/* Bytes that are the least and the most (SPEC section 17); and whether cron has missed more runs since then than it
 * may. Whoever else shows these says the same. */
#define HEALTH_DISK_LEAST (INT64_C(1) << 30)
#define HEALTH_WAL_MOST (INT64_C(64) << 20)
bool health_late(int64_t now, int64_t since, int64_t cron_interval_s);

/* How far this machine's clock is ahead of a board's on a server, in words: "3601 s ahead of the board's"; and are they
 * so far apart that somebody should look? Nothing of the board goes by this machine's. */
enum { HEALTH_WORDS_SIZE = 64 };
bool health_apart(int64_t ahead_ms);
void health_ahead(int64_t ahead_ms, char out[HEALTH_WORDS_SIZE]);
void health_took(int64_t microseconds, char out[HEALTH_WORDS_SIZE]); /* "0.31 ms" */

/* Tickets of one status: how many, since when the one that waits longest does, and the keys of the first, "MC-3, MC-9"
 * (NULL where there is none). */
struct health_tickets {
    int64_t count, since;
    const char *keys;
    bool more; /* than these keys */
};

struct health_facts {
    int64_t now;
    int64_t last_pickup; /* 0: none was ever seen */
    int64_t cron_interval_s, wait_warn_s;
    struct health_tickets tickets[TICKET_STATUS_COUNT];
    const char *unwritable;   /* why the board's server takes no changes; NULL: it takes them */
    const char *paused;       /* "paused by …", as paused_words says it; NULL: it is not */
    const char *breakers;     /* those that are open, "profile:claude"; NULL: none */
    const char *slots;        /* those in quarantine; NULL: none */
    const char *hosts;        /* other machines that are silent, each with since when; NULL: none */
    const char *stuck;        /* tickets that no pickup can ever take, each with why; NULL: none */
    const char *held;         /* "MC-3, MC-9", of which pickups could not hand over a text; NULL: none */
    int64_t held_since;       /* the oldest of those texts */
    const char *unpushed;     /* "MC-3, MC-9", whose push failed; NULL: none */
    const char *unpushed_why; /* that of the first */
    int64_t untold_since;     /* the oldest event that notify was not told; 0: none */
    const char *notify_fault; /* what came of it last; NULL: it went well, or nothing was told */
    int64_t disk_free, wal;   /* bytes; -1: not known */
};

/* The fault of one check as a line that says what to do; nothing, and false, where all is well. */
bool health_judge(const struct health_facts *facts, enum health_check check, struct text *line);

#endif
