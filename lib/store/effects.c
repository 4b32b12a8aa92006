#include "base/err.h"
#include "store/db.h"
#include "store/read.h"
#include "store/runtimes.h"

bool effects_intend(struct board *board, const char *run_id, enum effect_kind kind, const char *detail, int64_t now,
                    struct err *err) {
    return db_run(board, SQL_EFFECT_INTEND,
                  BINDS(bind_text(":run_id", run_id), bind_text(":kind", effect_kind_name(kind)),
                        bind_text(":detail", detail), bind_number(":now", now)),
                  NULL, err);
}

bool effects_result(struct board *board, const char *run_id, enum effect_kind kind, enum effect_state state,
                    const char *detail, int64_t now, bool *changed, struct err *err) {
    return db_hit(board, SQL_EFFECT_RESULT,
                  BINDS(bind_text(":run_id", run_id), bind_text(":kind", effect_kind_name(kind)),
                        bind_text(":state", effect_state_name(state)), bind_text(":detail", detail),
                        bind_number(":now", now)),
                  changed, err);
}

bool effects_last(struct board *board, const char *run_id, enum effect_kind kind, struct effect *effect, bool *found,
                  struct err *err) {
    struct query q;
    *effect = (struct effect){0};
    query_open(&q, board, SQL_EFFECT_LAST,
               BINDS(bind_text(":run_id", run_id), bind_text(":kind", effect_kind_name(kind))), err);
    *found = query_next(&q);
    if (*found)
        read_effect(&q, effect);
    if (query_close(&q))
        return true;
    effect_release(effect);
    return *found = false;
}
