#include "base/mem.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "run/site.h"
#include "store/breakers.h"

struct closing {
    const char *thing; /* NULL: all */
};

static bool close_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    const struct closing *closing = subject;
    int count = 0;

    if (!breakers_close(desk->site->board, closing->thing, &count, err))
        return false;
    result->count = count;
    result->changed = count > 0;
    result->say = count ? xasprintf("%d breaker%s closed; tickets that were put off meanwhile keep their own times, "
                                    "until mc-ticket retry",
                                    count, count == 1 ? "" : "s")
                        : xstrdup("nothing to close");
    return true;
}

bool desk_breaker_close(struct desk *desk, const char *thing, struct desk_result *result, struct err *err) {
    const char *const texts[] = {thing ? thing : "", NULL};
    struct closing closing = {thing};
    struct desk_deed deed = {.run = close_run, .subject = &closing, .what = {"breaker close", 0, texts}};

    return desk_transact(desk, &deed, result, err);
}
