#include "store/snapshot.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rules/world.h"
#include "store/db.h"
#include "store/read.h"

static bool read_effect_state(struct query *q, enum effect_state *state) {
    bool recorded = !query_is_null(q);
    *state = EFFECT_UNKNOWN;
    if (recorded)
        *state = (enum effect_state)query_word(q, effect_state_from);
    else
        query_skip(q, 1);
    return recorded;
}

/* The columns of CASE_OF_RUNTIME, or without a runtime of CASE_OF_TICKET. */
static void read_case(struct query *q, bool with_runtime, struct world_case *one) {
    enum effect_state kill = EFFECT_UNKNOWN;
    *one = (struct world_case){0};
    one->ticket_exists = read_ticket(q, &one->ticket);
    one->run_exists = read_run(q, &one->run);
    if (with_runtime)
        read_runtime(q, &one->runtime);
    one->runtime_exists = with_runtime;
    read_message(q, &one->message);
    one->runtime_is_tickets = one->runtime_exists && one->ticket.run_id && one->runtime.run_id &&
                              strcmp(one->ticket.run_id, one->runtime.run_id) == 0;
    one->spawn_recorded = read_effect_state(q, &one->spawn);
    one->send_recorded = read_effect_state(q, &one->send);
    one->kill_pending = read_effect_state(q, &kill) && kill == EFFECT_INTENT;
    one->pausing = with_runtime && query_number(q) != 0;
}

/* Together with the marks that healing leaves for the next pickup: one look for all of it, and which of it only where
 * there is something. */
bool snapshot_any(struct board *board, const char *host, struct world *world, struct err *err) {
    struct query q;
    bool any;
    bool ok = db_any(board, CALL_BARE(SQL_SNAPSHOT_ANY), &any, err);
    if (!ok || !any)
        return ok;
    query_open(&q, board, CALL(SQL_SNAPSHOT_MARKS, bind_text(":host", host)), err);
    if (query_next(&q)) {
        world->any = query_number(&q) != 0;
        world->unreachable_said = query_number(&q) != 0;
        world->mass_death_mark = query_text(&q);
        world->no_server_mark = query_text(&q);
        world->notices = query_number(&q) != 0;
        world->slots = query_number(&q) != 0;
        world->owing = query_number(&q) != 0;
        world->trial = query_number(&q) != 0;
    }
    return query_close(&q);
}

static bool add_cases(struct query *q, bool with_runtime, struct world *world) {
    while (query_next(q)) {
        world->cases = xgrow(world->cases, world->case_count, &world->case_cap, sizeof *world->cases);
        read_case(q, with_runtime, &world->cases[world->case_count++]);
    }
    return query_close(q);
}

bool snapshot_cases(struct board *board, const char *host, struct world *world, struct err *err) {
    const struct bind here = bind_text(":host", host);
    struct query q;
    query_open(&q, board, CALL(SQL_SNAPSHOT_RUNTIMES, here), err);
    if (!add_cases(&q, true, world))
        return false;
    query_open(&q, board, CALL(SQL_SNAPSHOT_TICKETS, here), err);
    return add_cases(&q, false, world);
}

bool snapshot_session(struct board *board, struct world_session *session, struct err *err) {
    struct query q;
    session->run_exists = session->run_is_tickets = false;
    session->row_closed_at = 0;
    query_open(&q, board, CALL(SQL_SNAPSHOT_SESSION, bind_text(":run_id", session->run_tag)), err);
    if (query_next(&q) && read_run(&q, &session->run)) {
        session->run_exists = true;
        session->run_is_tickets = query_number(&q) != 0;
        session->row_closed_at = query_number(&q);
    }
    return query_close(&q);
}

static bool only_case(struct query *q, bool with_runtime, struct world_case *one) {
    if (query_next(q))
        read_case(q, with_runtime, one);
    return query_close(q);
}

bool snapshot_again(struct board *board, const struct snapshot_key *key, struct world_case *one, struct err *err) {
    const struct bind host = bind_text(":host", key->host), ticket = bind_number(":ticket_id", key->ticket_id);
    struct query q;
    *one = (struct world_case){0};
    query_open(&q, board, CALL(SQL_SNAPSHOT_AGAIN_RUNTIME, host, ticket), err);
    if (!only_case(&q, true, one))
        return false;
    if (one->runtime_exists)
        return true;
    query_open(&q, board, CALL(SQL_SNAPSHOT_AGAIN_TICKET, host, ticket), err);
    return only_case(&q, false, one);
}
