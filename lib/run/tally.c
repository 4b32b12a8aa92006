#include "run/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/notify.h"
#include "run/site.h"
#include "store/breakers.h"
#include "store/queue.h"

/* "": no thing has failed. */
static void name_thing(const struct site *site, const struct failure *failure, char thing[BREAKER_THING_SIZE]) {
    enum thing kind = class_rule(failure->class)->thing;
    const char *profile = failure->profile ? failure->profile : site->config.profile;
    bool counts = kind == THING_WORKSPACE ? failure->workspace != NULL
                                          : kind != THING_NONE && (class_is_world(failure->class) || failure->early);

    *thing = '\0';
    if (!failure->own_place && counts)
        breaker_thing(thing, kind, kind == THING_WORKSPACE ? failure->workspace : profile);
}

/* The failures of the row were the profile's. */
static bool excuse_others(struct site *site, const struct failure *failure, const struct tally *tally,
                          struct err *err) {
    char *why = xasprintf("blocked -> todo (agents of %s come to no turn, whatever the ticket)", tally->thing);
    bool ok = true;

    for (size_t i = 0; ok && i < BREAKER_TICKETS; i++) {
        const struct breaker_share *share = &tally->breaker.shares[i];

        if (share->ticket && share->ticket != failure->ticket)
            ok = queue_excuse(site->board,
                              &(struct queue_excuse){
                                  .ticket = share->ticket, .count = share->failures, .why = why, .now = clock_now()},
                              err);
    }
    free(why);
    return ok;
}

/* As a breaker keeps it: one clean line that fits. */
static const char *words(struct text *out, const char *raw) {
    if (raw)
        clean_line(out, raw, strlen(raw), BREAKER_WORDS - 1);
    return text_str(out);
}

static bool fail(const struct site *site, const struct failure *failure, struct breaker *breaker) {
    struct text detail = {0}, next = {0};
    char key[KEY_SIZE], *own;
    bool opened;

    site_key(site, failure->ticket, key);
    own = class_next(failure->class, key, failure->profile ? failure->profile : site->config.profile);
    opened =
        breaker_fail(breaker, &(struct breaker_failure){.class = failure->class,
                                                        .ticket = failure->ticket,
                                                        .now = clock_now(),
                                                        .detail = words(&detail, failure->detail),
                                                        .next = words(&next, failure->next ? failure->next : own)});

    text_release(&detail);
    text_release(&next);
    free(own);
    return opened;
}

bool tally_tell(struct site *site, const struct tally *tally, int64_t ticket, struct err *err) {
    const struct breaker *breaker = &tally->breaker;
    struct text line = {0};
    bool ok;

    if (!tally->until)
        return true;
    text_addf(&line, "%s%s%s", breaker->class, *breaker->detail ? ": " : "", breaker->detail);
    tally_words(tally, &line);
    text_addf(&line, "; %s", breaker_advice(breaker));
    ok = notice_add(site, &(struct notice){.ticket = ticket, .text = text_str(&line), .thing = tally->thing}, err);
    text_release(&line);
    return ok;
}

/* That tickets wait is said with the first failure that is said itself: of one ticket alone that has failed like this
 * before nothing is, and nobody else waits. */
static void tell(struct tally *tally) {
    struct breaker *breaker = &tally->breaker;

    if (!breaker->openings || breaker->told || (tally->repeated && !breaker_is_shared(breaker)))
        return;
    breaker->told = true;
    tally->until = breaker->open_until;
}

bool tally_count(struct site *site, const struct failure *failure, struct tally *tally, struct err *err) {
    char before[BREAKER_WORDS];
    bool opened;

    *tally = (struct tally){.repeated = tally->repeated};
    name_thing(site, failure, tally->thing);
    if (!*tally->thing) {
        tally->world = failure->own_place || failure->shared || class_rule(failure->class)->blame == BLAME_NOBODY;
        tally->repeated &= tally->world;
        return true;
    }
    if (!breakers_get(site->board, tally->thing, &tally->breaker, err))
        return false;
    text_copy(before, sizeof before, tally->breaker.detail);
    opened = fail(site, failure, &tally->breaker);
    tally->otherwise = class_has_many_causes(failure->class) && tally->breaker.openings && *before &&
                       strcmp(before, tally->breaker.detail) != 0;
    tally->world = class_is_world(failure->class) || failure->shared || tally->breaker.openings;
    tally->repeated &= tally->world;
    tell(tally);
    return breakers_put(site->board, tally->thing, &tally->breaker, err) &&
           tally_tell(site, tally, failure->ticket, err) &&
           (!opened || class_rule(failure->class)->thing != THING_PROFILE || excuse_others(site, failure, tally, err));
}

bool tally_stop(struct site *site, const struct failure *failure, struct err *err) {
    const char *profile = failure->profile ? failure->profile : site->config.profile;
    char thing[BREAKER_THING_SIZE];
    struct breaker breaker;

    breaker_thing(thing, THING_PROFILE, profile);
    if (!breakers_get(site->board, thing, &breaker, err))
        return false;
    fail(site, failure, &breaker);
    breaker_stop(&breaker, clock_now());
    return breakers_put(site->board, thing, &breaker, err);
}

bool tally_is_news(const struct tally *tally) {
    return tally->until || tally->otherwise || !tally->world || (!tally->repeated && !tally->breaker.openings);
}

void tally_words(const struct tally *tally, struct text *out) {
    char until[CLOCK_STAMP];

    if (!tally->until)
        return;
    clock_zoned(tally->until, until);
    text_addf(out, "; tickets that need %s wait until %s and go on by themselves with its first success", tally->thing,
              until);
}
