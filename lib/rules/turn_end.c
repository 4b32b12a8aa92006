#include "rules/turn_end.h"

#include <assert.h>

static const struct turn_end_rule rules[] = {
    [TURN_CARRIED] = {.message = MESSAGE_SENT, .back = BACK_SETTLED},
    [TURN_NOT_TAKEN] = {MESSAGE_PENDING, BACK_IDLE, true, EFFECT_FAILED, false, NULL},
    [TURN_WAITS] = {MESSAGE_PENDING, BACK_AS_BEFORE, true, EFFECT_FAILED, true, NULL},
    [TURN_FAILED] = {MESSAGE_FAILED, BACK_AS_BEFORE, true, EFFECT_FAILED, true, NULL},
    [TURN_UNTOLD] = {MESSAGE_UNKNOWN, BACK_ENDED, true, EFFECT_UNKNOWN, true, NULL},
    [TURN_HEALED_SENT] = {MESSAGE_SENT, BACK_NOT, true, EFFECT_DONE, false,
                          "interrupted_send: the turn had reached its agent"},
    [TURN_HEALED_LOST] = {MESSAGE_PENDING, BACK_IDLE, true, EFFECT_FAILED, false,
                          "interrupted_send: the turn had not reached its agent"},
    [TURN_HEALED_UNTOLD] = {MESSAGE_UNKNOWN, BACK_ENDED, true, EFFECT_UNKNOWN, false,
                            "interrupted_send: it cannot be told whether the turn had reached its agent"},
};
static_assert(sizeof rules / sizeof rules[0] == TURN_END_COUNT, "a row for every end");

const struct turn_end_rule *turn_end_rule(enum turn_end end) {
    return &rules[end];
}
