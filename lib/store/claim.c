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
    query_open(&q, board, CALL(SQL_CLAIM_READY, bind_text(":profile", profile)), err);
    if (query_next(&q)) {
        struct place place = read_place(&q);
        offer(best, &place);
    }
    return query_close(&q);
}

/* The look for the best of all, under way. */
struct search {
    const struct claim_want *want;
    struct place best;
    bool needs_profile;
};

static bool profile_known(const struct claim_want *want, const char *profile) {
    if (!profile)
        return want->have_default_profile;
    for (size_t i = 0; i < want->profile_count; i++)
        if (strcmp(want->profiles[i], profile) == 0)
            return true;
    return false;
}

static bool best_ready(struct board *board, struct search *search, struct err *err) {
    const struct claim_want *want = search->want;
    struct place nameless = {0};
    if (!ready_of(board, NULL, &nameless, err))
        return false;
    if (nameless.id && want->have_default_profile)
        offer(&search->best, &nameless);
    search->needs_profile = nameless.id && !want->have_default_profile;
    for (size_t i = 0; i < want->profile_count; i++)
        if (!ready_of(board, want->profiles[i], &search->best, err))
            return false;
    return true;
}

static bool best_due(struct board *board, struct search *search, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_CLAIM_DUE, bind_number(":now", search->want->now)), err);
    while (query_next(&q)) {
        struct place place = read_place(&q);
        char *profile = query_text(&q);
        if (profile_known(search->want, profile))
            offer(&search->best, &place);
        else if (!profile)
            search->needs_profile = true;
        free(profile);
    }
    return query_close(&q);
}

static bool find_best(struct board *board, struct search *search, struct err *err) {
    struct query q;
    bool ready = false, due = false;
    query_open(&q, board, CALL(SQL_CLAIM_ANY, bind_number(":now", search->want->now)), err);
    if (query_next(&q)) {
        ready = query_number(&q) != 0;
        due = query_number(&q) != 0;
    }
    return query_close(&q) && (!ready || best_ready(board, search, err)) && (!due || best_due(board, search, err));
}

bool claim_next(struct board *board, const struct claim_want *want, struct claim_choice *choice, struct err *err) {
    struct search search = {.want = want};
    char *paused = NULL;
    int64_t running = 0;
    *choice = (struct claim_choice){.found = CLAIM_NONE};
    if (!find_best(board, &search, err))
        return false;
    choice->needs_profile = search.needs_profile;
    choice->id = search.best.id;
    if (choice->id == 0)
        return true;
    if (!settings_get(board, "paused", &paused, err) || !claim_running(board, want->host, &running, err)) {
        free(paused);
        return false;
    }
    choice->found = paused ? CLAIM_PAUSED : running >= want->max_running ? CLAIM_CAPACITY : CLAIM_TICKET;
    free(paused);
    return true;
}

static bool find_blocker(struct board *board, int64_t id, int64_t *blocker, struct err *err) {
    struct query q;
    *blocker = 0;
    query_open(&q, board, CALL(SQL_CLAIM_BLOCKER, bind_number(":id", id)), err);
    if (query_next(&q))
        *blocker = query_number(&q);
    return query_close(&q);
}

bool claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming, struct err *err) {
    struct ticket ticket = {0};
    if (!tickets_get(board, naming->id, &ticket, err))
        return false;
    bool ok = find_blocker(board, naming->id, &naming->blocker, err);
    if (ticket.status == TICKET_IN_PROGRESS)
        naming->named = NAMED_WORKING;
    else if (ticket.status != TICKET_TODO)
        naming->named = NAMED_WRONG_STATUS;
    else if (naming->blocker)
        naming->named = NAMED_WAITS_FOR;
    else if (ticket.next_attempt_at > want->now)
        naming->named = NAMED_NOT_DUE;
    else
        naming->named = profile_known(want, ticket.profile) ? NAMED_GO : NAMED_NO_PROFILE;
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
                    bind_number(":now", taking->now)),
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
           db_run(board, CALL(SQL_CLAIM_SWEEP, bind_number(":now", taking->now)), NULL, err);
}
