#include "store/claim.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/breakers.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/slots.h"
#include "store/tickets.h"

/* How a claim stays cheap: the ready index begins with profile and workspace, so that each known pair costs one look
 * and tickets of unknown ones, or those that wait for a pool, none; waiting tickets are not in it (`waits`, kept by
 * triggers), nor are those put off. Those whose time has come stand in an index of their own by that time; those that
 * are due longest are compared one by one, and claim_sweep moves them over, so that they stay few. */
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

static bool offer(struct place *best, const struct place *place) {
    bool better = best->id == 0 || before(place, best);

    if (better)
        *best = *place;
    return better;
}

static struct place read_place(struct query *q) {
    struct place place = {.id = query_number(q)};
    place.urgency = query_number(q);
    place.queued_at = query_number(q);
    return place;
}

enum room { ROOM_UNKNOWN, ROOM_FREE, ROOM_FULL };

/* A look under way. */
struct looking {
    struct board *board;
    const struct claim_want *want;
    struct claim_look *look;
    struct breaker_list breakers;
    bool live_full;             /* no more agents may live */
    enum room *rooms;           /* of each pool, asked for when a ticket needs it */
    struct place best, waiting; /* waiting: for a slot of */
    const struct slot_pool *waited;
};

/* What a ticket names; NULL: nothing. */
struct names {
    const char *profile, *workspace;
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

/* *pool NULL: it needs none. */
static bool is_placed(const struct claim_want *want, const char *workspace, const struct slot_pool **pool) {
    *pool = workspace ? NULL : want->default_pool;
    for (size_t i = 0; workspace && i < want->pool_count; i++)
        if (strcmp(want->pools[i].workspace, workspace) == 0)
            *pool = &want->pools[i];
    return *pool || (!workspace && !want->pool_count);
}

static bool is_free(struct looking *looking, const struct slot_pool *pool, bool *free, struct err *err) {
    const struct claim_want *want = looking->want;
    enum room *room = &looking->rooms[pool - want->pools];
    struct slot slot = {0};

    if (*room == ROOM_UNKNOWN) {
        const struct slot_want next = {.host = want->host, .pool = pool, .left = want->left};

        if (!slots_next(looking->board, &next, &slot, err))
            return false;
        *room = slot.name ? ROOM_FREE : ROOM_FULL;
        slot_release(&slot);
    }
    *free = *room == ROOM_FREE;
    return true;
}

bool claim_eligible(const struct claim_want *want, const char *profile, const char *workspace) {
    const struct slot_pool *pool;

    return is_known(want, profile) && is_placed(want, workspace, &pool);
}

static bool is_hopeless(const struct claim_want *want, const struct slot_pool *pool) {
    return want->hopeless && want->hopeless[pool - want->pools];
}

/* A ticket that names these stands at `place`: may it be the one? */
static bool consider(struct looking *looking, const struct names *names, const struct place *place, struct err *err) {
    const struct claim_want *want = looking->want;
    const struct slot_pool *pool;
    bool free = true;

    if (!is_known(want, names->profile)) {
        looking->look->needs_profile |= !names->profile;
        return true;
    }
    if (!is_placed(want, names->workspace, &pool) ||
        is_open(looking, THING_PROFILE, names->profile ? names->profile : want->default_profile) ||
        (pool && is_open(looking, THING_WORKSPACE, pool->workspace)))
        return true;
    if (pool && !is_free(looking, pool, &free, err))
        return false;
    if (free) {
        offer(&looking->best, place);
    } else if (!is_hopeless(want, pool) && offer(&looking->waiting, place)) {
        looking->waited = pool;
    }
    return true;
}

static bool ready_of(struct looking *looking, const struct names *names, struct err *err) {
    struct place place;
    struct query q;
    bool found;

    query_open(&q, looking->board,
               CALL(looking->board->claiming ? SQL_CLAIM_READY_TAKE : SQL_CLAIM_READY,
                    bind_text(":profile", names->profile), bind_text(":workspace", names->workspace)),
               err);
    found = query_next(&q);
    if (found)
        place = read_place(&q);
    return query_close(&q) && (!found || consider(looking, names, &place, err));
}

/* Of all workspaces that a ticket may name, or none. */
static bool ready_of_profile(struct looking *looking, const char *profile, struct err *err) {
    const struct claim_want *want = looking->want;
    bool ok = ready_of(looking, &(struct names){.profile = profile}, err);

    for (size_t i = 0; ok && i < want->pool_count; i++)
        ok = ready_of(looking, &(struct names){.profile = profile, .workspace = want->pools[i].workspace}, err);
    return ok;
}

static bool look_ready(struct looking *looking, struct err *err) {
    bool ok = ready_of_profile(looking, NULL, err);

    for (size_t i = 0; ok && i < looking->want->profile_count; i++)
        ok = ready_of_profile(looking, looking->want->profiles[i], err);
    return ok;
}

static bool look_due(struct looking *looking, struct err *err) {
    const struct claim_want *want = looking->want;
    int64_t seen = 0;
    bool ok = true;
    struct query q;

    query_open(&q, looking->board,
               CALL(SQL_CLAIM_DUE, bind_number(":now", want->now), bind_number(":horizon", want->horizon),
                    bind_number(":window", want->all ? -1 : WINDOW)),
               err);
    while (ok && query_next(&q)) {
        struct place place = read_place(&q);
        char *profile = query_text(&q), *workspace = query_text(&q);

        seen++;
        if (query_number(&q)) /* no agent of an earlier run is at it */
            ok = consider(looking, &(struct names){profile, workspace}, &place, err);
        free(profile);
        free(workspace);
    }
    looking->look->more_due = !looking->best.id && !want->all && seen >= WINDOW;
    return query_close(&q) && ok;
}

static bool look_any(struct looking *looking, struct err *err) {
    const struct claim_want *want = looking->want;
    struct query q;
    bool any = looking->board->claiming; /* whoever begins a claim has asked already */
    bool ok = any || db_any(looking->board, CALL_BARE(SQL_CLAIM_ANY), &any, err);

    if (!ok || !any)
        return ok;
    query_open(&q, looking->board,
               CALL(SQL_CLAIM_WHICH, bind_number(":now", want->now), bind_number(":horizon", want->horizon)), err);
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
    struct claim_agents agents = {0};

    if (!claim_agents(looking->board, looking->want->host, &agents, err) ||
        !breakers_list(looking->board, &looking->breakers, err))
        return false;
    for (size_t i = 0; i < looking->breakers.count; i++)
        if (!looking->breakers.items[i].breaker.told &&
            breaker_open(&looking->breakers.items[i].breaker, looking->want->now))
            looking->look->untold = true;
    looking->live_full = looking->want->max_live && agents.live >= looking->want->max_live;
    if (agents.paused)
        looking->look->found = CLAIM_PAUSED;
    else if (agents.running >= looking->want->max_running)
        looking->look->found = CLAIM_CAPACITY;
    else if (all_wait(looking))
        looking->look->found = CLAIM_BREAKER;
    return true;
}

static void conclude(struct looking *looking) {
    struct claim_look *look = looking->look;

    if (looking->best.id && looking->live_full)
        look->found = CLAIM_LIVE;
    else if (looking->best.id)
        look->found = CLAIM_TICKET;
    else if (looking->waiting.id)
        look->found = CLAIM_POOL;
    else if (*look->thing)
        look->found = CLAIM_BREAKER;
    if (look->found == CLAIM_TICKET)
        look->id = looking->best.id;
    if (look->found == CLAIM_LIVE)
        look->waiting = looking->best.id;
    if (looking->waiting.id && (!looking->best.id || before(&looking->waiting, &looking->best))) {
        look->workspace = looking->waited->workspace;
        look->waiting = looking->waiting.id;
    }
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
    looking.rooms = xcalloc(want->pool_count, sizeof *looking.rooms);
    ok = (!look->ready || look_ready(&looking, err)) && (!look->due || look_due(&looking, err));
    conclude(&looking);
out:
    free(looking.rooms);
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

/* Nothing of the ticket's own is in its way: does what it needs work, and is there a slot? */
static bool name_needs(struct looking *looking, struct claim_naming *naming, const struct names *names,
                       struct err *err) {
    const struct claim_want *want = looking->want;
    const char *profile = names->profile ? names->profile : want->default_profile;
    const struct slot_pool *pool;
    bool free = true, ok = breakers_list(looking->board, &looking->breakers, err);

    is_placed(want, names->workspace, &pool);
    if (ok && (all_wait(looking) || is_open(looking, THING_PROFILE, profile) ||
               (pool && is_open(looking, THING_WORKSPACE, pool->workspace)))) {
        naming->named = NAMED_BREAKER;
        text_copy(naming->thing, sizeof naming->thing, looking->look->thing);
    } else if (ok && pool) {
        ok = is_free(looking, pool, &free, err);
        if (!free) {
            naming->named = NAMED_POOL;
            naming->workspace = pool->workspace;
        }
    }
    breaker_list_release(&looking->breakers);
    return ok;
}

bool claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming, struct err *err) {
    struct claim_look look = {0};
    struct looking looking = {.board = board, .want = want, .look = &look};
    const struct slot_pool *pool;
    struct ticket ticket = {0};
    bool ok;

    *naming = (struct claim_naming){.id = naming->id, .named = NAMED_GO};
    if (!tickets_get(board, naming->id, &ticket, err))
        return false;
    looking.rooms = xcalloc(want->pool_count, sizeof *looking.rooms);
    ok = find_blocker(board, naming, err);
    if (ticket.status == TICKET_IN_PROGRESS)
        naming->named = NAMED_WORKING;
    else if (ticket.status != TICKET_TODO)
        naming->named = NAMED_WRONG_STATUS;
    else if (naming->blocker)
        naming->named = NAMED_WAITS_FOR;
    else if (!is_known(want, ticket.profile)) /* no time that passes helps */
        naming->named = NAMED_NO_PROFILE;
    else if (!is_placed(want, ticket.workspace, &pool))
        naming->named = NAMED_NO_WORKSPACE;
    else if (ticket.next_attempt_at > want->now && ticket.next_attempt_at <= want->horizon)
        naming->named = NAMED_NOT_DUE;
    else
        ok = ok && name_needs(&looking, naming, &(struct names){ticket.profile, ticket.workspace}, err);
    ticket_release(&ticket);
    free(looking.rooms);
    return ok;
}

bool claim_agents(struct board *board, const char *host, struct claim_agents *agents, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_CLAIM_AGENTS, bind_text(":host", host)), err);
    if (query_next(&q)) {
        agents->running = query_number(&q);
        agents->live = query_number(&q);
        agents->paused = query_number(&q) != 0;
    }
    return query_close(&q);
}
