#include "store/claim.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "rules/ticket_text.h"
#include "store/board.h"
#include "store/breakers.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/slots.h"

/* The number of the attempt, 0 when the ticket cannot be taken any more. */
static bool check(struct board *board, const struct claim_taking *taking, int64_t *attempt, struct err *err) {
    return db_number(board,
                     CALL(SQL_CLAIM_CHECK, bind_number(":id", taking->id),
                          bind_text(":session_key", taking->session_key), bind_number(":now", taking->now),
                          bind_number(":horizon", taking->horizon)),
                     attempt, err);
}

static struct slot_want slot_of(const struct claim_taking *taking) {
    return (struct slot_want){.host = taking->host,
                              .run_id = taking->run_id,
                              .ticket_id = taking->id,
                              .pool = taking->pool,
                              .now = taking->now};
}

/* Others may have taken the last one. */
static bool find_slot(struct board *board, const struct claim_taking *taking, bool *found, struct err *err) {
    const struct slot_want want = slot_of(taking);

    if (taking->pool && !slots_next(board, &want, taking->slot, err))
        return false;
    *found = !taking->pool || taking->slot->name;
    return true;
}

static bool take_slot(struct board *board, const struct claim_taking *taking, struct err *err) {
    const struct slot_want want = slot_of(taking);

    return !taking->pool || (slots_take(board, &want, taking->slot, err) &&
                             effects_intend(board,
                                            &(struct effect_write){.run_id = taking->run_id,
                                                                   .kind = EFFECT_WORKTREE,
                                                                   .detail = taking->slot->name,
                                                                   .now = taking->now},
                                            err));
}

static bool write_run(struct board *board, const struct claim_taking *taking, int64_t attempt, struct err *err) {
    const struct bind id = bind_number(":id", taking->id), run = bind_text(":run_id", taking->run_id);
    const struct bind host = bind_text(":host", taking->host), now = bind_number(":now", taking->now);
    return db_run(board,
                  CALL(SQL_CLAIM_RUN, id, run, host, now, bind_number(":attempt", attempt),
                       bind_text(":workspace", taking->pool ? taking->pool->workspace : NULL),
                       bind_maybe(":pickup_pid", taking->pickup->pid),
                       bind_maybe(":pickup_start", taking->pickup->start),
                       bind_text(":pickup_boot", taking->pickup->boot), bind_maybe(":pickup_ns", taking->pickup->ns)),
                  NULL, err) &&
           take_slot(board, taking, err) && db_run(board, CALL(SQL_CLAIM_TICKET, id, run, host, now), NULL, err) &&
           db_run(board,
                  CALL(SQL_CLAIM_RUNTIME, id, run, host, now, bind_text(":session_key", taking->session_key),
                       bind_text(":tmux_target", taking->tmux_target), bind_text(":profile", taking->profile),
                       bind_text(":cwd", taking->pool ? taking->slot->path : taking->cwd),
                       bind_text(":log", taking->log), bind_tick(":tick", taking->tick),
                       bind_tick_boot(":tick_boot", taking->tick)),
                  NULL, err);
}

static bool write_messages(struct board *board, const struct claim_taking *taking, struct err *err) {
    const struct bind id = bind_number(":id", taking->id), run = bind_text(":run_id", taking->run_id);
    const struct bind nonce = bind_text(":nonce", taking->nonce), sending = bind_number(":sending", taking->argv_turn);
    const struct bind room = bind_number(":room", TICKET_TEXT_MAX);
    return db_run(board, CALL(SQL_CLAIM_NOTES, id, run, nonce, sending, room), NULL, err) &&
           db_run(board, CALL(SQL_CLAIM_MESSAGE, id, run, nonce, sending, bind_number(":now", taking->now)), NULL, err);
}

static bool write_story(struct board *board, const struct claim_taking *taking, int64_t attempt, struct err *err) {
    bool shared = board_is_shared(board);
    char *body = xasprintf("attempt %lld, session %s%s%s%s%s", (long long)attempt, taking->tmux_target,
                           taking->pool ? ", slot " : "", taking->pool ? taking->slot->name : "",
                           shared ? ", host " : "", shared ? taking->host : "");
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

static bool compile(struct board *board, const enum sql *statements, size_t count, struct err *err) {
    for (size_t i = 0; i < count; i++)
        if (!db_compile(board, statements[i], err))
            return false;
    return true;
}

bool claim_prepare(struct board *board, bool pool, struct err *err) {
    static const enum sql always[] = {
        SQL_CLAIM_CHECK,   SQL_CLAIM_RUN,     SQL_CLAIM_TICKET, SQL_CLAIM_RUNTIME, SQL_CLAIM_NOTES,
        SQL_CLAIM_MESSAGE, SQL_EFFECT_INTEND, SQL_ACTIVITY_ADD, SQL_COMMIT,
    };
    static const enum sql slots[] = {SQL_SLOT_NEXT, SQL_SLOT_MAKE, SQL_SLOT_TAKE, SQL_SLOT_CWD};

    return compile(board, always, sizeof always / sizeof *always, err) &&
           (!pool || compile(board, slots, sizeof slots / sizeof *slots, err));
}

bool claim_take(struct board *board, const struct claim_taking *taking, bool *changed, struct err *err) {
    const struct breakers_need need = {.profile = taking->profile,
                                       .workspace = taking->pool ? taking->pool->workspace : NULL,
                                       .endpoint = taking->endpoint,
                                       .ticket = taking->id,
                                       .now = taking->now};
    int64_t attempt = 0;
    bool found = false;
    *changed = false;
    if (!check(board, taking, &attempt, err) || (attempt && !find_slot(board, taking, &found, err)))
        return false;
    if (!found)
        return true;
    *changed = true;
    return write_run(board, taking, attempt, err) && write_messages(board, taking, err) &&
           write_story(board, taking, attempt, err) && breakers_try(board, &need, err) &&
           (!taking->sweep ||
            claim_sweep(board, &(struct claim_want){.now = taking->now, .horizon = taking->horizon}, err)) &&
           (!taking->straight || queue_straighten(board, taking->now, err));
}
