#ifndef MC_NEWS_H
#define MC_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "run/wanted.h"
#include "store/breakers.h"
#include "store/held.h"
#include "store/hosts.h"
#include "store/listing.h"
#include "store/parking.h"
#include "store/push_fails.h"
#include "store/slots.h"

struct err;
struct site;
struct ticket;

/* What holds tickets back that is no ticket's own, read once; inside a transaction or not. */
struct backdrop {
    const struct site *site;
    struct wanted wanted;
    struct breaker_list breakers;
    struct slot_list slots;
    struct claim_agents agents;
    struct parking_list parking;
    struct push_fail_list unpushed;
    struct held_list held;
    struct host_list hosts; /* that share the board; none where it is one machine's */
    char *paused;           /* "paused by anna since …: lunch"; NULL: it is not */
    char *program;          /* how mc-ticket is called for this board */
    int64_t now;
};
bool backdrop_read(const struct site *site, struct backdrop *backdrop, struct err *err);
void backdrop_release(struct backdrop *backdrop);

/* What is read beside a ticket's row. */
struct beside {
    struct listing_need need;
    bool parked;
};
bool beside_read(const struct site *site, const struct ticket *ticket, struct beside *beside, struct err *err);

/* Why it can never be picked up; what it waits for; and for people, what they want to know of it at a glance: one of
 * these, its question, its summary, or why it failed. New strings; NULL: nothing. */
char *news_stuck(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside);
char *news_waits(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside);
char *news_words(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside);

/* What a person does next with it, and with which command: rules/next.h. New string. */
struct next_sight {
    bool agent, working, messages, unbranched; /* as there */
    int64_t before;
    int64_t due; /* when the first of the messages may go; 0: at once */
};
char *news_next(const struct backdrop *backdrop, const struct ticket *ticket, const struct beside *beside,
                const struct next_sight *sight);

/* How many tickets would be claimed before this one, up to NEXT_MANY; inside a transaction. */
bool news_before(const struct backdrop *backdrop, int64_t ticket, int64_t *before, struct err *err);

/* The slot that it has, or has left in quarantine; NULL: none. */
const struct slot *news_slot(const struct backdrop *backdrop, int64_t ticket);

#endif
