#include "store/claim.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/breakers.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* How a claim stays cheap: the ready index begins with the profile, so that each known profile costs one look and
 * tickets of unknown ones none; waiting tickets are not in it (`waits`, kept by triggers), nor are those put off. Those
 * whose time has come stand in an index of their own by that time; those that are due longest are compared one by one,
 * and claim_sweep moves them over, so that they stay few. */
enum { WINDOW = 1000 };

struct place {
    int64_t id; /* 0: none */
    int64_t urgency, queued_at;
};

static bool before(const struct place *a, const struct place *b) {
    if (a->urgency != b->urgency)
        return a->urgency < b->urgency;
    if (a->queued_at != b->queued_at)
        return a->queued_at < b->queued_at;
    return a->id < b->id;
}

static void offer(struct place *best, const struct place *place) {
    if (best->id == 0 || before(place, best))
        *best = *place;
}

static struct place read_place(struct query *q) {
    struct place place = {.id = query_number(q)};
    place.urgency = query_number(q);
    place.queued_at = query_number(q);
    return place;
}

/* A look under way. */
struct looking {
    struct board *board;
    const struct claim_want *want;
    struct claim_look *look;
    struct breaker_list breakers;
    struct place best;
};

static bool is_open(const struct looking *looking, enum thing thing, const char *name) {
    char key[BREAKER_THING_SIZE];
    const struct breaker *breaker;

    breaker_thing(key, thing, name);
    breaker = breaker_list_find(&looking->breakers, key);
    if (!breaker || !breaker_open(breaker, looking->want->now))
        return false;
    text_copy(looking->look->thing, sizeof looking->look->thing, key);
    return true;
}

/* Is something broken that every ticket needs? */
static bool all_wait(const struct looking *looking) {
    return is_open(looking, THING_MACHINE, NULL) || (looking->want->endpoint && is_open(looking, THING_ENDPOINT, NULL));
}

static bool is_known(const struct claim_want *want, const char *profile) {
    if (!profile)
        return want->default_profile != NULL;
    for (size_t i = 0; i < want->profile_count; i++)
        if (strcmp(want->profiles[i], profile) == 0)
            return true;
    return false;
}

/* A ticket that names `profile` (NULL: none) stands at `place`: may it be the one? */
static void consider(struct looking *looking, const char *profile, const struct place *place) {
    if (!is_known(looking->want, profile))
        looking->look->needs_profile |= !profile;
    else if (!is_open(looking, THING_PROFILE, profile ? profile : looking->want->default_profile))
        offer(&looking->best, place);
}

static bool ready_of(struct looking *looking, const char *profile, struct err *err) {
    struct query q;

    query_open(&q, looking->board, CALL(SQL_CLAIM_READY, bind_text(":profile", profile)), err);
    if (query_next(&q)) {
        struct place place = read_place(&q);

        consider(looking, profile, &place);
    }
    return query_close(&q);
}

static bool look_ready(struct looking *looking, struct err *err) {
    if (!ready_of(looking, NULL, err))
        return false;
    for (size_t i = 0; i < looking->want->profile_count; i++)
        if (!ready_of(looking, looking->want->profiles[i], err))
            return false;
    return true;
}

static bool look_due(struct looking *looking, struct err *err) {
    const struct claim_want *want = looking->want;
    int64_t seen = 0;
    struct query q;

    query_open(&q, looking->board,
               CALL(SQL_CLAIM_DUE, bind_number(":now", want->now), bind_number(":horizon", want->horizon),
                    bind_number(":window", want->all ? -1 : WINDOW)),
               err);
    while (query_next(&q)) {
        struct place place = read_place(&q);
        char *profile = query_text(&q);

        seen++;
        if (query_number(&q)) /* no agent of an earlier run is at it */
            consider(looking, profile, &place);
        free(profile);
    }
    looking->look->more_due = !looking->best.id && !want->all && seen >= WINDOW;
    return query_close(&q);
}

static bool look_any(struct looking *looking, struct err *err) {
    const struct claim_want *want = looking->want;
    struct query q;

    query_open(&q, looking->board,
               CALL(SQL_CLAIM_ANY, bind_number(":now", want->now), bind_number(":horizon", want->horizon)), err);
    if (query_next(&q)) {
        looking->look->ready = query_number(&q) != 0;
        looking->look->due = query_number(&q) != 0;
        looking->look->new_stuck = query_number(&q) != 0;
        looking->look->said = query_number(&q) != 0;
    }
    return query_close(&q);
}

/* What makes every ticket wait, before any is read. */
static bool look_room(struct looking *looking, struct err *err) {
    char *paused = NULL;
    int64_t running = 0;

    if (!settings_get(looking->board, "paused", &paused, err) ||
        !claim_running(looking->board, looking->want->host, &running, err) ||
        !breakers_list(looking->board, &looking->breakers, err)) {
        free(paused);
        return false;
    }
    for (size_t i = 0; i < looking->breakers.count; i++)
        if (!looking->breakers.items[i].breaker.told &&
            breaker_open(&looking->breakers.items[i].breaker, looking->want->now))
            looking->look->untold = true;
    if (paused)
        looking->look->found = CLAIM_PAUSED;
    else if (running >= looking->want->max_running)
        looking->look->found = CLAIM_CAPACITY;
    else if (all_wait(looking))
        looking->look->found = CLAIM_BREAKER;
    free(paused);
    return true;
}

bool claim_next(struct board *board, const struct claim_want *want, struct claim_look *look, struct err *err) {
    struct looking looking = {.board = board, .want = want, .look = look};
    bool ok;

    *look = (struct claim_look){.found = CLAIM_NONE};
    ok = look_any(&looking, err);
    if (!ok || (!look->ready && !look->due))
        return ok;
    ok = look_room(&looking, err);
    if (!ok || look->found != CLAIM_NONE)
        goto out;
    ok = (!look->ready || look_ready(&looking, err)) && (!look->due || look_due(&looking, err));
    look->id = looking.best.id;
    if (look->id)
        look->found = CLAIM_TICKET;
    else if (*look->thing)
        look->found = CLAIM_BREAKER;
out:
    breaker_list_release(&looking.breakers);
    return ok;
}

bool claim_sweep(struct board *board, const struct claim_want *want, struct err *err) {
    return db_run(board,
                  CALL(SQL_CLAIM_SWEEP, bind_number(":now", want->now), bind_number(":horizon", want->horizon),
                       bind_number(":window", WINDOW)),
                  NULL, err);
}

static bool find_blocker(struct board *board, struct claim_naming *naming, struct err *err) {
    struct query q;

    query_open(&q, board, CALL(SQL_CLAIM_BLOCKER, bind_number(":id", naming->id)), err);
    while (!naming->blocker_cancelled && query_next(&q)) {
        int64_t blocker = query_number(&q);

        naming->blocker_cancelled = query_number(&q) != 0;
        if (!naming->blocker || naming->blocker_cancelled)
            naming->blocker = blocker;
    }
    return query_close(&q);
}

/* Nothing of the ticket's own is in its way: does what it needs work? */
static bool name_breaker(struct looking *looking, struct claim_naming *naming, const char *profile, struct err *err) {
    bool ok = breakers_list(looking->board, &looking->breakers, err);

    if (!profile)
        profile = looking->want->default_profile;
    if (ok && (all_wait(looking) || is_open(looking, THING_PROFILE, profile))) {
        naming->named = NAMED_BREAKER;
        text_copy(naming->thing, sizeof naming->thing, looking->look->thing);
    }
    breaker_list_release(&looking->breakers);
    return ok;
}

bool claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming, struct err *err) {
    struct claim_look look = {0};
    struct looking looking = {.board = board, .want = want, .look = &look};
    struct ticket ticket = {0};
    bool ok;

    *naming = (struct claim_naming){.id = naming->id, .named = NAMED_GO};
    if (!tickets_get(board, naming->id, &ticket, err))
        return false;
    ok = find_blocker(board, naming, err);
    if (ticket.status == TICKET_IN_PROGRESS)
        naming->named = NAMED_WORKING;
    else if (ticket.status != TICKET_TODO)
        naming->named = NAMED_WRONG_STATUS;
    else if (naming->blocker)
        naming->named = NAMED_WAITS_FOR;
    else if (!is_known(want, ticket.profile)) /* no time that passes helps */
        naming->named = NAMED_NO_PROFILE;
    else if (ticket.next_attempt_at > want->now && ticket.next_attempt_at <= want->horizon)
        naming->named = NAMED_NOT_DUE;
    else
        ok = ok && name_breaker(&looking, naming, ticket.profile, err);
    ticket_release(&ticket);
    return ok;
}

bool claim_running(struct board *board, const char *host, int64_t *count, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_CLAIM_RUNNING, bind_text(":host", host)), err);
    *count = query_next(&q) ? query_number(&q) : 0;
    return query_close(&q);
}

/* The number of the attempt, 0 when the ticket cannot be taken any more. */
static bool check(struct board *board, const struct claim_taking *taking, int64_t *attempt, struct err *err) {
    struct query q;
    query_open(&q, board,
               CALL(SQL_CLAIM_CHECK, bind_number(":id", taking->id), bind_text(":session_key", taking->session_key),
                    bind_number(":now", taking->now), bind_number(":horizon", taking->horizon)),
               err);
    *attempt = query_next(&q) ? query_number(&q) : 0;
    return query_close(&q);
}

static bool write_run(struct board *board, const struct claim_taking *taking, int64_t attempt, struct err *err) {
    const struct bind id = bind_number(":id", taking->id), run = bind_text(":run_id", taking->run_id);
    const struct bind host = bind_text(":host", taking->host), now = bind_number(":now", taking->now);
    return db_run(board,
                  CALL(SQL_CLAIM_RUN, id, run, host, now, bind_number(":attempt", attempt),
                       bind_maybe(":pickup_pid", taking->pickup->pid),
                       bind_maybe(":pickup_start", taking->pickup->start),
                       bind_text(":pickup_boot", taking->pickup->boot), bind_maybe(":pickup_ns", taking->pickup->ns)),
                  NULL, err) &&
           db_run(board, CALL(SQL_CLAIM_TICKET, id, run, host, now), NULL, err) &&
           db_run(board,
                  CALL(SQL_CLAIM_RUNTIME, id, run, host, now, bind_text(":session_key", taking->session_key),
                       bind_text(":tmux_target", taking->tmux_target), bind_text(":profile", taking->profile),
                       bind_text(":cwd", taking->cwd), bind_text(":log", taking->log), bind_tick(":tick", taking->tick),
                       bind_tick_boot(":tick_boot", taking->tick)),
                  NULL, err);
}

static bool write_messages(struct board *board, const struct claim_taking *taking, struct err *err) {
    const struct bind id = bind_number(":id", taking->id), run = bind_text(":run_id", taking->run_id);
    const struct bind nonce = bind_text(":nonce", taking->nonce), sending = bind_number(":sending", taking->argv_turn);
    return db_run(board, CALL(SQL_CLAIM_NOTES, id, run, nonce, sending), NULL, err) &&
           db_run(board, CALL(SQL_CLAIM_MESSAGE, id, run, nonce, sending, bind_number(":now", taking->now)), NULL, err);
}

static bool write_story(struct board *board, const struct claim_taking *taking, int64_t attempt, struct err *err) {
    char *body = xasprintf("attempt %lld, session %s", (long long)attempt, taking->tmux_target);
    bool ok = effects_intend(board,
                             &(struct effect_write){.run_id = taking->run_id,
                                                    .kind = EFFECT_SPAWN,
                                                    .detail = taking->tmux_target,
                                                    .now = taking->now},
                             err) &&
              journal_add(board,
                          &(struct journal_row){.ticket_id = taking->id,
                                                .run_id = taking->run_id,
                                                .author = "mc-pickup",
                                                .kind = "claimed",
                                                .body = body,
                                                .now = taking->now},
                          err);
    free(body);
    return ok;
}

bool claim_prepare(struct board *board, struct err *err) {
    static const enum sql statements[] = {
        SQL_CLAIM_CHECK,   SQL_CLAIM_RUN,     SQL_CLAIM_TICKET, SQL_CLAIM_RUNTIME, SQL_CLAIM_NOTES,
        SQL_CLAIM_MESSAGE, SQL_EFFECT_INTEND, SQL_ACTIVITY_ADD, SQL_COMMIT,
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!db_compile(board, statements[i], err))
            return false;
    return true;
}

bool claim_take(struct board *board, const struct claim_taking *taking, bool *changed, struct err *err) {
    const struct breakers_need need = {
        .profile = taking->profile, .endpoint = taking->endpoint, .ticket = taking->id, .now = taking->now};
    int64_t attempt = 0;
    *changed = false;
    if (!check(board, taking, &attempt, err))
        return false;
    if (attempt == 0)
        return true;
    *changed = true;
    return write_run(board, taking, attempt, err) && write_messages(board, taking, err) &&
           write_story(board, taking, attempt, err) && breakers_try(board, &need, err) &&
           (!taking->sweep ||
            claim_sweep(board, &(struct claim_want){.now = taking->now, .horizon = taking->horizon}, err)) &&
           (!taking->straight || queue_straighten(board, taking->now, err));
}
