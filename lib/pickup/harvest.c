#include "pickup/harvest.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/tmux_views.h"
#include "pickup/observe.h"
#include "pickup/reading.h"
#include "pickup/spooled.h"
#include "pickup/state.h"
#include "rules/harvest.h"
#include "rules/heal_seen.h"
#include "rules/profile.h"
#include "rules/trust.h"
#include "rules/world.h"
#include "run/over.h"
#include "run/started.h"
#include "store/journal.h"

enum { SETTLE_MS = 350, SCREEN_LINES = 40 };

/* One turn that may be over. */
struct crop {
    const struct world_case *one;
    const struct profile *profile;
    struct text live; /* of the first look */
    struct harvest_facts facts;
    enum harvest_say say;
};

/* All of one pass; looks[i] is of crops[i]. */
struct field {
    struct pickup *pickup;
    const struct world *world;
    struct crop *crops;
    struct tmux_look *looks;
    size_t count;
};

/* Of an older program's run: what is started now has its profile kept with it. */
static void say_unread(struct pickup *pickup, const struct runtime *runtime) {
    char key[KEY_SIZE];

    site_key(&pickup->site, runtime->ticket_id, key);
    if (runtime->profile)
        report_warn(
            &pickup->report,
            "%s: its profile %s is not configured any more, so it is not seen when its turn is over; put it back "
            "into \"profiles\"",
            key, runtime->profile);
}

static void field_open(struct field *field) {
    struct site *site = &field->pickup->site;

    field->crops = xcalloc(field->world->case_count, sizeof *field->crops);
    field->looks = xcalloc(field->world->case_count, sizeof *field->looks);
    for (size_t i = 0; i < field->world->case_count; i++) {
        const struct world_case *one = &field->world->cases[i];
        const struct profile *profile;

        if (!harvest_wants(field->world, one))
            continue;
        profile = site_profile_of(site, one->runtime.run_id, one->runtime.profile);
        if (!profile) {
            say_unread(field->pickup, &one->runtime);
            continue;
        }
        field->crops[field->count] = (struct crop){.one = one, .profile = profile};
        field->looks[field->count].agent = site_agent(site, &one->runtime);
        field->looks[field->count++].agent.pane_id = one->pane_id;
    }
}

static void field_close(struct field *field) {
    for (size_t i = 0; i < field->count; i++) {
        text_release(&field->crops[i].live);
        tmux_view_release(&field->looks[i].view);
    }
    free(field->crops);
    free(field->looks);
}

static int64_t quiet(const struct field *field, const struct world_case *one) {
    int64_t ms = one->activity ? seen_here(field->world) - one->activity : INT64_MAX;

    return ms > 0 ? ms : 0;
}

/* Of a ticket that waits for a person: a clock that was set back tells nothing. */
static void note_asked(const struct field *field, struct crop *crop) {
    const struct world_case *one = crop->one;
    int64_t since = one->ticket.updated_at;
    struct started started;

    crop->facts.asked = harvest_asked(one);
    if (!crop->facts.asked)
        return;
    crop->facts.asked_ms = field->world->now >= since ? field->world->now - since : INT64_MAX;
    crop->facts.begun = started_read(&field->pickup->site, one->runtime.run_id, &started) &&
                        started.at > since + field->world->ahead &&
                        nonces_hold(&started.nonces, one->runtime.turn_nonce);
}

static void judge(const struct field *field, size_t i) {
    struct crop *crop = &field->crops[i];
    const struct tmux_view *view = &field->looks[i].view;
    struct screen screen = tmux_view_screen(view);
    const char *nonce = crop->one->runtime.turn_nonce;
    struct text live = {0};

    crop->say = HARVEST_LOOK_AGAIN;
    if (field->looks[i].seen != SEEN_YES || view->dead || view->in_mode || view->pid != crop->one->runtime.agent.pid)
        return;
    screen_live(&live, crop->profile, &screen);
    crop->facts = (struct harvest_facts){.state = screen_state(crop->profile, &screen, nonce),
                                         .interrupted = screen_interrupted(crop->profile, &screen, nonce),
                                         .idle = crop->one->runtime.status == RUNTIME_IDLE,
                                         .reports = crop->profile->reports != REPORT_NONE,
                                         .settled = crop->live.len && text_same(text_str(&crop->live), text_str(&live)),
                                         .quiet_ms = quiet(field, crop->one),
                                         .turn_ms = seen_turn_age(field->world, crop->one)};
    text_release(&crop->live);
    crop->live = live;
    note_asked(field, crop);
    crop->say = harvest_judge(&crop->facts);
}

static size_t unsettled(const struct field *field, struct tmux_look *again, size_t *of) {
    size_t n = 0;

    for (size_t i = 0; i < field->count; i++)
        if (field->crops[i].say == HARVEST_UNSETTLED) {
            again[n].agent = field->looks[i].agent;
            of[n++] = i;
        }
    return n;
}

/* Those that are not settled are looked at once more; one that still is not, is at work. */
static void settle(struct field *field) {
    struct tmux_look *again = xcalloc(field->count, sizeof *again);
    size_t *of = xcalloc(field->count, sizeof *of);
    size_t n = unsettled(field, again, of);
    struct err err = {0};

    if (n) {
        clock_sleep(SETTLE_MS);
        (void)tmux_views(&field->pickup->site.tmux, again, n, &err);
    }
    for (size_t i = 0; i < n; i++) {
        tmux_view_release(&field->looks[of[i]].view);
        field->looks[of[i]] = again[i];
        judge(field, of[i]);
    }
    err_release(&err);
    free(again);
    free(of);
}

static bool asks(const struct field *field, size_t i, struct err *err) {
    const struct crop *crop = &field->crops[i];
    struct text tail = {0};
    char *text = xasprintf("its agent (profile %s) shows a dialog and waits for a person", crop->profile->name);
    char key[KEY_SIZE], *next;
    bool moved = false;
    bool ok;

    site_key(&field->pickup->site, crop->one->ticket.id, key);
    screen_tail(&tail, text_str(&field->looks[i].view.screen), SCREEN_LINES);
    next = trust_next(crop->profile, text_str(&tail), key);
    ok = over_waits(&field->pickup->site,
                    &(struct over_wait){.runtime = &crop->one->runtime,
                                        .nonce = crop->one->runtime.turn_nonce,
                                        .text = text,
                                        .next = next,
                                        .screen = text_str(&tail)},
                    &moved, err);
    if (ok && moved) {
        report_harvested(&field->pickup->report,
                         &(struct report_healed){.rule = "asks",
                                                 .ticket = key,
                                                 .from = ticket_status_name(crop->one->ticket.status),
                                                 .to = ticket_status_name(TICKET_NEEDS_INPUT)});
        if (next)
            report_warn(&field->pickup->report, "%s: %s; %s", key, text, next);
        else
            report_warn(&field->pickup->report,
                        "%s: %s; answer it with mc-ticket attach %s, and the ticket goes on by itself", key, text, key);
    }
    text_release(&tail);
    free(next);
    free(text);
    return ok;
}

/* Silently: whoever answered it knows. */
static bool goes_on(const struct field *field, size_t i, struct err *err) {
    const struct world_case *one = field->crops[i].one;
    char key[KEY_SIZE];
    bool moved = false;

    if (!over_goes_on(&field->pickup->site, &one->runtime, &moved, err))
        return false;
    site_key(&field->pickup->site, one->ticket.id, key);
    if (moved)
        report_harvested(&field->pickup->report, &(struct report_healed){.rule = "answered",
                                                                         .ticket = key,
                                                                         .from = ticket_status_name(one->ticket.status),
                                                                         .to = ticket_status_name(TICKET_IN_PROGRESS)});
    return true;
}

/* Its agent has told that it rests because its work in the background goes on: a box at rest is no end then, whatever
 * stands about it, a word of the agent's is. */
static bool note_background(const struct field *field, struct reading *reading, struct err *err) {
    const struct runtime *runtime = reading->runtime;

    return journal_said(field->pickup->site.board,
                        &(struct journal_look){.ticket_id = runtime->ticket_id,
                                               .run_id = runtime->run_id,
                                               .kind = "background",
                                               .since = runtime->turn_started_at},
                        &reading->word_only, err);
}

static bool act(const struct field *field, size_t i, struct err *err) {
    const struct crop *crop = &field->crops[i];
    struct reading reading = {.pickup = field->pickup,
                              .runtime = &crop->one->runtime,
                              .profile = crop->profile,
                              .nonce = crop->one->runtime.turn_nonce,
                              .from = ticket_status_name(crop->one->ticket.status),
                              .output = crop->one->activity ? crop->one->activity - field->world->ahead : 0,
                              .by = OVER_BY_SCREEN,
                              .typed = harvest_typed(crop->one, field->looks[i].view.turn)};
    bool there; /* where it is not, the next pickup looks again */
    bool told;

    /* What the agent has said since goes before what its screen shows, which the next pickup looks at again. */
    if (crop->say == HARVEST_GOES_ON || crop->say == HARVEST_LOOK_AGAIN || crop->say == HARVEST_UNSETTLED)
        return true;
    if (!spooled_take_of(&field->pickup->site, &crop->one->runtime, &told, err))
        return false;
    if (told)
        return true;
    switch (crop->say) {
    case HARVEST_ASKS:
        return asks(field, i, err);
    case HARVEST_ANSWERED:
        return goes_on(field, i, err);
    case HARVEST_OVER:
        break;
    case HARVEST_INTERRUPTED:
        reading.interrupted = true;
        break;
    case HARVEST_STOPPED:
        reading.stopped = true;
        break;
    case HARVEST_GOES_ON:
    case HARVEST_LOOK_AGAIN:
    case HARVEST_UNSETTLED:
        return true;
    }
    return note_background(field, &reading, err) && reading_screen(&reading, &field->looks[i].agent, &there, err);
}

static void note_looked(const struct field *field) {
    struct tmux_looked *noted = xcalloc(field->count, sizeof *noted);
    size_t n = 0;

    for (size_t i = 0; i < field->count; i++) {
        const struct world_case *one = field->crops[i].one;

        if (one->activity && harvest_keeps(field->crops[i].say, quiet(field, one)))
            noted[n++] = (struct tmux_looked){.pane_id = one->pane_id, .activity = one->activity};
    }
    tmux_note_looked(&field->pickup->site.tmux, noted, n);
    free(noted);
}

bool harvest_step(struct pickup *pickup, const struct world *world, struct err *err) {
    struct field field = {.pickup = pickup, .world = world};
    struct err own = {0};
    bool ok = true;

    if (world->server != SEEN_YES || pickup->dry)
        return true;
    field_open(&field);
    if (field.count && tmux_views(&pickup->site.tmux, field.looks, field.count, &own)) {
        for (size_t i = 0; i < field.count; i++)
            judge(&field, i);
        settle(&field);
        for (size_t i = 0; ok && i < field.count; i++)
            ok = act(&field, i, err);
        note_looked(&field);
    }
    err_release(&own);
    field_close(&field);
    return ok;
}

/* What its agent has left for us first: where something was, the picture is another. */
static bool observe_and_hear(struct pickup *pickup, int64_t ticket, struct world *world, struct err *err) {
    bool taken;

    if (!observe_ticket(&pickup->site, ticket, world, err) || !spooled_take(pickup, world, &taken, err))
        return false;
    if (!taken)
        return true;
    world_release(world);
    return observe_ticket(&pickup->site, ticket, world, err);
}

bool harvest_ticket(struct pickup *pickup, int64_t ticket, struct err *err) {
    struct world world = {0};
    bool ok = observe_and_hear(pickup, ticket, &world, err) && harvest_step(pickup, &world, err);

    world_release(&world);
    return ok;
}
