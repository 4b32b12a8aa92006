#include "store/snapshot.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rules/heal.h"
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
    one->runtime_exists = with_runtime && read_runtime(q, &one->runtime);
    read_message(q, &one->message);
    one->runtime_is_tickets = one->runtime_exists && one->ticket.run_id && one->runtime.run_id &&
                              strcmp(one->ticket.run_id, one->runtime.run_id) == 0;
    one->spawn_recorded = read_effect_state(q, &one->spawn);
    one->send_recorded = read_effect_state(q, &one->send);
    one->kill_pending = read_effect_state(q, &kill) && kill == EFFECT_INTENT;
    one->stall_said = query_number(q) != 0;
}

static bool anything(struct board *board, const struct bind *host, bool *any, struct err *err) {
    struct query q;
    query_open(&q, board, SQL_SNAPSHOT_ANY, BINDS(*host), err);
    *any = query_next(&q) && query_number(&q) != 0;
    return query_close(&q);
}

static bool add_cases(struct board *board, enum sql sql, const struct bind *host, struct world *world,
                      struct err *err) {
    struct query q;
    query_open(&q, board, sql, BINDS(*host), err);
    while (query_next(&q)) {
        world->cases = xgrow(world->cases, world->case_count, &world->case_cap, sizeof *world->cases);
        read_case(&q, sql == SQL_SNAPSHOT_RUNTIMES, &world->cases[world->case_count++]);
    }
    return query_close(&q);
}

bool snapshot_cases(struct board *board, const char *host, struct world *world, struct err *err) {
    const struct bind here = bind_text(":host", host);
    bool any = false;
    if (!anything(board, &here, &any, err))
        return false;
    return !any || (add_cases(board, SQL_SNAPSHOT_RUNTIMES, &here, world, err) &&
                    add_cases(board, SQL_SNAPSHOT_TICKETS, &here, world, err));
}

bool snapshot_session(struct board *board, const char *host, struct world_session *session, struct err *err) {
    struct query q;
    session->run_exists = session->run_is_tickets = false;
    session->row_closed_at = 0;
    session->same_host = true;
    query_open(&q, board, SQL_SNAPSHOT_SESSION, BINDS(bind_text(":run_id", session->run_tag), bind_text(":host", host)),
               err);
    if (query_next(&q) && read_run(&q, &session->run)) {
        session->run_exists = true;
        session->run_is_tickets = query_number(&q) != 0;
        session->same_host = query_number(&q) != 0;
        session->row_closed_at = query_number(&q);
    }
    return query_close(&q);
}

static bool again(struct board *board, enum sql sql, const struct bind binds[2], struct world_case *one, bool *found,
                  struct err *err) {
    struct query q;
    query_open(&q, board, sql, BINDS(binds[0], binds[1]), err);
    *found = query_next(&q);
    if (*found)
        read_case(&q, sql == SQL_SNAPSHOT_AGAIN_RUNTIME, one);
    return query_close(&q);
}

bool snapshot_again(struct board *board, const char *host, int64_t ticket_id, struct world_case *one, bool *found,
                    struct err *err) {
    const struct bind binds[2] = {bind_text(":host", host), bind_number(":ticket_id", ticket_id)};
    *one = (struct world_case){0};
    return again(board, SQL_SNAPSHOT_AGAIN_RUNTIME, binds, one, found, err) &&
           (*found || again(board, SQL_SNAPSHOT_AGAIN_TICKET, binds, one, found, err));
}
