#include "pickup/stuck.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/state.h"
#include "rules/breaker.h"
#include "run/notify.h"
#include "run/tally.h"
#include "store/breakers.h"
#include "store/claim.h"
#include "store/queue.h"
#include "store/tickets.h"

static bool needs(const struct site *site, const struct ready_kind *one, const char *thing) {
    const struct workspace *workspace = config_workspace(&site->config, one->workspace);
    const struct breaker_need need = {.profile = one->profile ? one->profile : site->config.profile,
                                      .workspace = workspace ? workspace->name : NULL,
                                      .endpoint = site->config.send.transport == TRANSPORT_HTTP};

    return breaker_is_needed(thing, &need);
}

/* The first ready ticket that needs it and has not failed for the world's reason itself; *id 0: there is none. */
static bool find_waiting(struct pickup *pickup, const char *thing, int64_t *id, struct err *err) {
    struct ready_kinds ready = {0};
    bool ok = ready_kinds(pickup->site.board, &ready, err);

    *id = 0;
    for (size_t i = 0; ok && !*id && i < ready.count; i++) {
        struct ticket ticket = {0};

        if (!needs(&pickup->site, &ready.items[i], thing))
            continue;
        ok = tickets_get(pickup->site.board, ready.items[i].ticket, &ticket, err);
        if (ok && !ticket.world_failures)
            *id = ticket.id;
        ticket_release(&ticket);
    }
    ready_kinds_release(&ready);
    return ok;
}

static void say(struct pickup *pickup, const struct breaker_row *row, int64_t id) {
    const struct breaker *breaker = &row->breaker;
    char stamp[CLOCK_STAMP], span[BREAKER_SPAN_SIZE], key[KEY_SIZE];

    clock_zoned(breaker->open_until, stamp);
    breaker_span(breaker, stamp, span);
    site_key(&pickup->site, id, key);
    report_warn(&pickup->report, "%s: it needs %s, and waits like others that do %s (%s%s%s); %s%s%s", key, row->thing,
                span, breaker->class, *breaker->detail ? ": " : "", breaker->detail, breaker_advice(breaker),
                breaker_stopped(breaker) ? ", or mc-ticket breaker close " : "",
                breaker_stopped(breaker) ? row->thing : "");
}

/* That it is told now. */
static bool mark(struct site *site, const struct breaker_row *row, int64_t id, struct err *err) {
    struct tally tally = {.breaker = row->breaker, .until = row->breaker.open_until};

    text_copy(tally.thing, sizeof tally.thing, row->thing);
    return breakers_put(site->board, row->thing, &row->breaker, err) && tally_tell(site, &tally, id, err);
}

/* Several pickups may find it at once: one of them marks it. */
static bool tell(struct pickup *pickup, const struct breaker_row *row, int64_t id, struct err *err) {
    struct board *board = pickup->site.board;
    struct breaker_row now = {.thing = row->thing};
    bool ok = board_begin(board, err) && breakers_get(board, row->thing, &now.breaker, err);
    bool mine = ok && !now.breaker.told && now.breaker.openings;

    now.breaker.told = true;
    if (ok && (!mine || mark(&pickup->site, &now, id, err)) && board_commit(board, err)) {
        if (mine) {
            notify_flush(&pickup->site);
            say(pickup, row, id);
        }
        return true;
    }
    board_rollback(board);
    return false;
}

bool speak_of_waiting(struct pickup *pickup, const struct claim_look *look, struct err *err) {
    struct breaker_list list = {0};
    int64_t now = clock_now(), id;
    bool ok;

    if (pickup->dry || pickup->ticket || !look->untold)
        return true;
    ok = breakers_list(pickup->site.board, &list, err);
    for (size_t i = 0; ok && i < list.count; i++) {
        const struct breaker_row *row = &list.items[i];

        if (row->breaker.told || !breaker_open(&row->breaker, now))
            continue;
        ok = find_waiting(pickup, row->thing, &id, err) && (!id || tell(pickup, row, id, err));
    }
    breaker_list_release(&list);
    return ok;
}
