#include "base/err.h"
#include "call.h"
#include "store/queue.h"
#include "stuck.h"

/* What a move says: to the agent it must say something; a reason need not be. */
static bool read_text(const struct call *call, struct desk_order *order, struct err *err) {
    bool told = order->move == MOVE_REJECT || order->move == MOVE_ANSWER;

    order->text = told ? body_text(call, err) : call_word(call, 1);
    if (told)
        return order->text != NULL;
    return order->text == NULL || order->text[0] != '\0' ||
           err_set(err, MC_USAGE, "the text is empty; say why, or leave it away");
}

/* Whoever cancels is told what waits for it for ever now. */
static bool warn_stuck(struct call *call, const struct desk_result *result, struct err *err) {
    struct stuck_list list = {0};
    bool ok = stuck_behind(call->site.board, result->ticket, &list, err);

    ok = ok && stuck_warn(&call->site, &list, err);
    stuck_list_release(&list);
    return ok;
}

static bool move(struct call *call, enum move which, struct err *err) {
    struct desk_order order = {.move = which};
    struct desk_result result = {0};
    struct desk desk;
    bool ok;

    if (!read_text(call, &order, err) || !call_open(call, false, err) ||
        !call_key(call, call_word(call, 0), &order.ticket, err) || !call_desk(call, NULL, &desk, err))
        return false;
    ok = desk_move(&desk, &order, &result, err);
    if (ok)
        call_say(call, &desk, &result);
    if (ok && which == MOVE_CANCEL && result.changed)
        ok = warn_stuck(call, &result, err);
    desk_result_release(&result);
    return ok;
}

bool command_promote(struct call *call, struct err *err) {
    return move(call, MOVE_PROMOTE, err);
}

bool command_approve(struct call *call, struct err *err) {
    return move(call, MOVE_APPROVE, err);
}

bool command_reject(struct call *call, struct err *err) {
    return move(call, MOVE_REJECT, err);
}

bool command_answer(struct call *call, struct err *err) {
    return move(call, MOVE_ANSWER, err);
}

bool command_block(struct call *call, struct err *err) {
    return move(call, MOVE_BLOCK, err);
}

bool command_reopen(struct call *call, struct err *err) {
    return move(call, MOVE_REOPEN, err);
}

bool command_cancel(struct call *call, struct err *err) {
    return move(call, MOVE_CANCEL, err);
}
