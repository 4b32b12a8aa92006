
#include "base/err.h"
#include "base/text.h"
#include "call.h"
#include "rules/ticket_text.h"

static bool read_reason(const struct call *call, struct text *reason, struct err *err) {
    const char *word = call_word(call, 0);

    return word == NULL || ticket_line(reason, TICKET_REASON, word, err);
}

bool command_pause(struct call *call, struct err *err) {
    struct desk_result result = {0};
    struct text reason = {0};
    struct desk desk;
    bool ok = read_reason(call, &reason, err) && call_open(call, false, err) && call_desk(call, NULL, &desk, err) &&
              desk_pause(&desk, reason.len > 0 ? text_str(&reason) : NULL, &result, err);

    if (ok)
        call_say(call, &desk, &result);
    desk_result_release(&result);
    text_release(&reason);
    return ok;
}

bool command_resume(struct call *call, struct err *err) {
    struct desk_result result = {0};
    struct desk desk;
    bool ok = call_open(call, false, err) && call_desk(call, NULL, &desk, err) && desk_resume(&desk, &result, err);

    if (ok)
        call_say(call, &desk, &result);
    desk_result_release(&result);
    return ok;
}
