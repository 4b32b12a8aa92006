#include "run/turnback.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* It may have been one of the ticket's. The first turn's runtime may still be spawning, without it taken. */
static bool end_turn(struct site *site, const struct turnback *turn, int64_t now, struct err *err) {
    struct board *board = site->board;
    const struct runtime *runtime = turn->runtime;
    const struct runtime_change change = {.session_key = runtime->session_key,
                                          .run_id = turn->run_id,
                                          .nonce = turn->nonce,
                                          .tick = site_tick(site),
                                          .now = now};
    bool ended = false;

    if (runtime->status == RUNTIME_SPAWNING && !runtimes_take_turn(board, &change, NULL, err))
        return false;
    return runtimes_end_turn(board, &change, &ended, err) && runtimes_settle_idle(board, &change, NULL, err) &&
           (!ended || tickets_turn(board, &(struct ticket_turn){.id = runtime->ticket_id, .count = 1}, err));
}

static bool return_turn(struct board *board, const struct turnback *turn, int64_t now, struct err *err) {
    const struct runtime *runtime = turn->runtime;
    bool strangers = runtime->status == RUNTIME_RUNNING && !runtime->turn_nonce;
    enum turn_back back = turn_end_rule(turn->end)->back;
    struct runtime_change change = {.session_key = runtime->session_key,
                                    .run_id = turn->run_id,
                                    .nonce = turn->nonce,
                                    .to = back == BACK_AS_BEFORE && strangers ? RUNTIME_RUNNING : RUNTIME_IDLE,
                                    .now = now};

    if (back == BACK_NOT)
        return true;
    if (back != BACK_SETTLED && !runtimes_return_turn(board, &change, NULL, err))
        return false;
    /* A first turn's runtime may still be spawning, without a turn taken. */
    return back == BACK_AS_BEFORE || runtimes_settle_idle(board, &change, NULL, err);
}

static bool settle_message(struct board *board, const struct turnback *turn, int *settled, struct err *err) {
    const struct turn_end_rule *rule = turn_end_rule(turn->end);
    bool waits = rule->message == MESSAGE_PENDING && turn->message_id;
    struct message_settle settle = {.run_id = turn->run_id,
                                    .nonce = turn->nonce,
                                    .to = rule->message,
                                    .error = rule->message == MESSAGE_SENT ? NULL : turn->why,
                                    .count = rule->counts,
                                    .next_at = turn->due,
                                    .now = clock_now()};

    if (!messages_settle(board, &settle, settled, err))
        return false;
    return *settled || !waits ||
           messages_postpone(
               board, &(struct message_postpone){.id = turn->message_id, .error = turn->why, .next_at = turn->due},
               err);
}

static bool write_rows(struct site *site, const struct turnback *turn, int *settled, struct err *err) {
    const struct turn_end_rule *rule = turn_end_rule(turn->end);
    int64_t now = clock_now();
    struct effect_write effect = {
        .run_id = turn->run_id, .kind = EFFECT_SEND, .state = rule->effect, .detail = turn->why, .now = now};
    struct journal_row row = {.ticket_id = turn->runtime->ticket_id,
                              .run_id = turn->run_id,
                              .author = "mc-pickup",
                              .kind = "healed",
                              .body = rule->story,
                              .now = now};

    if (!settle_message(site->board, turn, settled, err))
        return false;
    if (rule->story && !*settled)
        return true;
    return (rule->back == BACK_ENDED ? end_turn(site, turn, now, err) : return_turn(site->board, turn, now, err)) &&
           (!rule->effect_written || effects_result(site->board, &effect, NULL, err)) &&
           (!rule->story || journal_add(site->board, &row, err));
}

bool turnback(struct site *site, const struct turnback *turn, bool *changed, struct err *err) {
    int settled = 0;
    bool ok = board_begin(site->board, err) && write_rows(site, turn, &settled, err) && board_commit(site->board, err);

    if (!ok)
        board_rollback(site->board);
    if (changed)
        *changed = ok && settled > 0;
    return ok;
}
