#include "base/err.h"
#include "store/db.h"
#include "store/runtimes.h"

bool effects_intend(struct board *board, const struct effect_write *intent, struct err *err) {
    bool end = intent->kind == EFFECT_KILL || intent->kind == EFFECT_CLOSE;
    return db_run(board,
                  CALL(end ? SQL_EFFECT_INTEND_ONCE : SQL_EFFECT_INTEND, bind_text(":run_id", intent->run_id),
                       bind_text(":kind", effect_kind_name(intent->kind)), bind_text(":detail", intent->detail),
                       bind_number(":now", intent->now)),
                  NULL, err);
}

bool effects_end_begun(struct board *board, const char *run_id, bool *begun, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_EFFECT_END_BEGUN, bind_text(":run_id", run_id)), err);
    *begun = query_next(&q) && query_number(&q) != 0;
    return query_close(&q);
}

bool effects_spawned(struct board *board, const char *run_id, bool *spawned, struct err *err) {
    struct query q;
    query_open(&q, board, CALL(SQL_EFFECT_SPAWNED, bind_text(":run_id", run_id)), err);
    *spawned = query_next(&q) && query_number(&q) != 0;
    return query_close(&q);
}

bool effects_result(struct board *board, const struct effect_write *result, bool *changed, struct err *err) {
    return db_hit(board,
                  CALL(SQL_EFFECT_RESULT, bind_text(":run_id", result->run_id),
                       bind_text(":kind", effect_kind_name(result->kind)),
                       bind_text(":state", effect_state_name(result->state)), bind_text(":detail", result->detail),
                       bind_number(":now", result->now)),
                  changed, err);
}
