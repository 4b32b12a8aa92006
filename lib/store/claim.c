#include "store/claim.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* How a claim stays cheap: the ready index begins with the profile, so that each known profile costs one look and
 * tickets of unknown ones none; waiting tickets are not in it (`waits`, kept by triggers), nor are those put off. Those
 * whose time has come stand in an index of their own by that time; they are compared one by one, and claim_take moves
 * them over in batches, so that they stay few. */
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

static bool ready_of(struct board *board, const char *profile, struct place *best, struct err *err) {
    struct query q;
    query_open(&q, board, SQL_CLAIM_READY, BINDS(bind_text(":profile", profile)), err);
    if (query_next(&q)) {
        struct place place = read_place(&q);
        offer(best, &place);
    }
    return query_close(&q);
}

static bool profile_known(const struct claim_want *want, const char *profile) {
    if (!profile)
        return want->have_default_profile;
    for (size_t i = 0; i < want->profile_count; i++)
        if (strcmp(want->profiles[i], profile) == 0)
            return true;
    return false;
}

static bool best_ready(struct board *board, const struct claim_want *want, struct place *best, bool *needs_profile,
                       struct err *err) {
    struct place nameless = {0};
    if (!ready_of(board, NULL, &nameless, err))
        return false;
    if (nameless.id && want->have_default_profile)
        offer(best, &nameless);
    *needs_profile = nameless.id && !want->have_default_profile;
    for (size_t i = 0; i < want->profile_count; i++)
        if (!ready_of(board, want->profiles[i], best, err))
            return false;
    return true;
}

static bool best_due(struct board *board, const struct claim_want *want, struct place *best, bool *needs_profile,
                     struct err *err) {
    struct query q;
    query_open(&q, board, SQL_CLAIM_DUE, BINDS(bind_number(":now", want->now)), err);
    while (query_next(&q)) {
        struct place place = read_place(&q);
        char *profile = query_text(&q);
        if (profile_known(want, profile))
            offer(best, &place);
        else if (!profile)
            *needs_profile = true;
        free(profile);
    }
    return query_close(&q);
}

static bool find_best(struct board *board, const struct claim_want *want, struct place *best, bool *needs_profile,
                      struct err *err) {
    struct query q;
    bool ready = false, due = false;
    query_open(&q, board, SQL_CLAIM_ANY, BINDS(bind_number(":now", want->now)), err);
    if (query_next(&q)) {
        ready = query_number(&q) != 0;
        due = query_number(&q) != 0;
    }
    return query_close(&q) && (!ready || best_ready(board, want, best, needs_profile, err)) &&
           (!due || best_due(board, want, best, needs_profile, err));
}

bool claim_next(struct board *board, const struct claim_want *want, enum claim_found *found, int64_t *id,
                bool *needs_profile, struct err *err) {
    struct place best = {0};
    char *paused = NULL;
    int64_t running = 0;
    *found = CLAIM_NONE;
    *id = 0;
    *needs_profile = false;
    if (!find_best(board, want, &best, needs_profile, err))
        return false;
    if (best.id == 0)
        return true;
    *id = best.id;
    if (!settings_get(board, "paused", &paused, err) || !claim_running(board, want->host, &running, err)) {
        free(paused);
        return false;
    }
    *found = paused ? CLAIM_PAUSED : running >= want->max_running ? CLAIM_CAPACITY : CLAIM_TICKET;
    free(paused);
    return true;
}

static bool find_blocker(struct board *board, int64_t id, int64_t *blocker, struct err *err) {
    struct query q;
    *blocker = 0;
    query_open(&q, board, SQL_CLAIM_BLOCKER, BINDS(bind_number(":id", id)), err);
    if (query_next(&q))
        *blocker = query_number(&q);
    return query_close(&q);
}

bool claim_named(struct board *board, const struct claim_want *want, int64_t id, enum claim_named *named,
                 int64_t *blocker, struct err *err) {
    struct ticket ticket = {0};
    *blocker = 0;
    if (!tickets_get(board, id, &ticket, NULL, err))
        return false;
    bool ok = find_blocker(board, id, blocker, err);
    if (ticket.status == TICKET_IN_PROGRESS)
        *named = NAMED_WORKING;
    else if (ticket.status != TICKET_TODO)
        *named = NAMED_WRONG_STATUS;
    else if (*blocker)
        *named = NAMED_WAITS_FOR;
    else if (ticket.next_attempt_at > want->now)
        *named = NAMED_NOT_DUE;
    else
        *named = profile_known(want, ticket.profile) ? NAMED_GO : NAMED_NO_PROFILE;
    ticket_release(&ticket);
    return ok;
}

bool claim_running(struct board *board, const char *host, int64_t *count, struct err *err) {
    struct query q;
    query_open(&q, board, SQL_CLAIM_RUNNING, BINDS(bind_text(":host", host)), err);
    *count = query_next(&q) ? query_number(&q) : 0;
    return query_close(&q);
}

/* The number of the attempt, 0 when the ticket cannot be taken any more. */
static bool check(struct board *board, const struct claim_taking *taking, int64_t *attempt, struct err *err) {
    struct query q;
    query_open(&q, board, SQL_CLAIM_CHECK,
               BINDS(bind_number(":id", taking->id), bind_text(":session_key", taking->session_key),
                     bind_number(":now", taking->now)),
               err);
    *attempt = query_next(&q) ? query_number(&q) : 0;
    return query_close(&q);
}

static bool write_run(struct board *board, const struct claim_taking *taking, int64_t attempt, struct err *err) {
    const struct bind id = bind_number(":id", taking->id), run = bind_text(":run_id", taking->run_id);
    const struct bind host = bind_text(":host", taking->host), now = bind_number(":now", taking->now);
    return db_run(board, SQL_CLAIM_RUN,
                  BINDS(id, run, host, now, bind_number(":attempt", attempt),
                        bind_maybe(":pickup_pid", taking->pickup->pid),
                        bind_maybe(":pickup_start", taking->pickup->start),
                        bind_text(":pickup_boot", taking->pickup->boot), bind_maybe(":pickup_ns", taking->pickup->ns)),
                  NULL, err) &&
           db_run(board, SQL_CLAIM_TICKET, BINDS(id, run, host, now), NULL, err) &&
           db_run(board, SQL_CLAIM_RUNTIME,
                  BINDS(id, run, host, now, bind_text(":session_key", taking->session_key),
                        bind_text(":tmux_target", taking->tmux_target), bind_text(":profile", taking->profile),
                        bind_text(":cwd", taking->cwd), bind_text(":log", taking->log)),
                  NULL, err);
}

static bool write_messages(struct board *board, const struct claim_taking *taking, struct err *err) {
    const struct bind id = bind_number(":id", taking->id), run = bind_text(":run_id", taking->run_id);
    const struct bind nonce = bind_text(":nonce", taking->nonce), sending = bind_number(":sending", taking->argv_turn);
    return db_run(board, SQL_CLAIM_NOTES, BINDS(id, run, nonce, sending), NULL, err) &&
           db_run(board, SQL_CLAIM_MESSAGE, BINDS(id, run, nonce, sending, bind_number(":now", taking->now)), NULL,
                  err);
}

static bool write_story(struct board *board, const struct claim_taking *taking, int64_t attempt, struct err *err) {
    char *body = xasprintf("attempt %lld, session %s", (long long)attempt, taking->tmux_target);
    bool ok = effects_intend(board, taking->run_id, EFFECT_SPAWN, taking->tmux_target, taking->now, err) &&
              journal_add(board, taking->id, taking->run_id, "mc-pickup", "claimed", body, taking->now, err);
    free(body);
    return ok;
}

bool claim_prepare(struct board *board, struct err *err) {
    static const enum sql statements[] = {
        SQL_CLAIM_CHECK,   SQL_CLAIM_RUN,     SQL_CLAIM_TICKET, SQL_CLAIM_RUNTIME, SQL_CLAIM_NOTES,
        SQL_CLAIM_MESSAGE, SQL_EFFECT_INTEND, SQL_ACTIVITY_ADD, SQL_CLAIM_SWEEP,   SQL_COMMIT,
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!db_compile(board, statements[i], err))
            return false;
    return true;
}

bool claim_take(struct board *board, const struct claim_taking *taking, bool *changed, struct err *err) {
    int64_t attempt = 0;
    *changed = false;
    if (!check(board, taking, &attempt, err))
        return false;
    if (attempt == 0)
        return true;
    *changed = true;
    return write_run(board, taking, attempt, err) && write_messages(board, taking, err) &&
           write_story(board, taking, attempt, err) &&
           db_run(board, SQL_CLAIM_SWEEP, BINDS(bind_number(":now", taking->now)), NULL, err);
}
