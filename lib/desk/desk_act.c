#include "desk/desk_act.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/end.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* The first answer of a request id, as desk_result_json wrote it. */
static bool result_read(struct desk *desk, struct desk_result *result, const char *answer, struct err *err) {
    struct json *object = json_parse(answer, strlen(answer));
    const char *before = json_string(json_get(object, "from"));
    int from = before ? ticket_status_from(before) : TICKET_STATUS_COUNT;
    int to = ticket_status_from(json_string(json_get(object, "to")));
    const char *key = json_string(json_get(object, "ticket"));
    const char *say = json_string(json_get(object, "message"));
    bool ok = from >= 0 && to >= 0 && key != NULL && say != NULL &&
              key_parse(key, desk->site->config.ticket_prefix, &result->ticket);

    if (ok) {
        result->from = (enum ticket_status)from;
        result->to = (enum ticket_status)to;
        result->changed = json_is_true(json_get(object, "changed"));
        (void)json_int(json_get(object, "message_id"), &result->message);
        xreplace(&result->say, say);
    } else
        err_set(err, MC_IOERR, "request id %s: its first answer cannot be read: look at the ticket and use a new id",
                desk->request);
    json_free(object);
    return ok;
}

static bool request_end(struct desk *desk, const struct desk_result *result, struct err *err) {
    struct text answer = {0};
    struct json *object = desk_result_json(desk, result);
    bool ok;

    json_print(object, &answer);
    ok =
        requests_end(desk->site->board,
                     &(struct request_answer){.id = desk->request, .answer = text_str(&answer), .now = desk->now}, err);
    json_free(object);
    text_release(&answer);
    return ok;
}

bool desk_transact(struct desk *desk, struct desk_deed *deed, struct desk_result *result, struct err *err) {
    struct board *board = desk->site->board;
    char *answer = NULL;
    bool ok = false;

    if (!board_begin(board, err))
        return false;
    if (desk->request != NULL && !requests_begin(board, desk->request, &answer, err))
        goto out;
    if (answer) {
        ok = result_read(desk, result, answer, err);
        goto out;
    }
    if (!deed->run(desk, deed->subject, result, err))
        goto out;
    if (desk->request != NULL && !deed->refused && !request_end(desk, result, err))
        goto out;
    ok = board_commit(board, err);
out:
    if (!ok)
        desk_result_release(result);
    board_rollback(board);
    free(answer);
    return ok && deed->refused ? err_set(err, MC_DATAERR, "%s", result->say) : ok;
}

bool desk_case_read(struct desk *desk, int64_t id, struct desk_case *one, struct err *err) {
    struct board *board = desk->site->board;

    site_key(desk->site, id, one->key);
    key_session_key(one->session_key, id);
    if (!tickets_find(board, id, &one->ticket, err))
        return false;
    if (!one->ticket.id)
        return err_set(err, MC_NOINPUT, "%s: no such ticket on this board; mc-ticket list shows what is there",
                       one->key);
    if (!runtimes_get(board, one->session_key, &one->runtime, err))
        return false;
    one->active = runtime_active(&one->runtime);
    return true;
}

void desk_case_release(struct desk_case *one) {
    ticket_release(&one->ticket);
    runtime_release(&one->runtime);
    one->active = false;
}

void desk_moved(struct desk_result *result, const struct desk_case *one, enum ticket_status to, const char *tail) {
    result->ticket = one->ticket.id;
    result->from = one->ticket.status;
    result->to = to;
    result->changed = true;
    free(result->say);
    result->say = xasprintf("%s %s -> %s%s", one->key, ticket_status_name(result->from), ticket_status_name(to), tail);
}

bool desk_note(struct desk *desk, const struct desk_case *one, struct journal_row row, struct err *err) {
    row.ticket_id = one->ticket.id;
    row.run_id = one->ticket.run_id;
    row.author = desk->by;
    row.now = desk->now;
    return journal_add(desk->site->board, &row, err);
}

static bool run_stop(struct desk *desk, const struct desk_case *one, const char *why, struct err *err) {
    const char *run_id = one->ticket.run_id;
    bool working = one->ticket.status == TICKET_IN_PROGRESS || one->ticket.status == TICKET_NEEDS_INPUT;
    bool changed;

    if (run_id == NULL || !working)
        return true;
    return runs_settle(desk->site->board,
                       &(struct run_settle){
                           .run_id = run_id, .outcome = RUN_STOPPED, .detail = why, .end = true, .now = desk->now},
                       &changed, err) &&
           messages_give_back(desk->site->board, run_id, why, err);
}

bool desk_release(struct desk *desk, const struct desk_case *one, const char *why, struct err *err) {
    return run_stop(desk, one, why, err) &&
           (!one->active ||
            effects_intend(desk->site->board,
                           &(struct effect_write){
                               .run_id = one->runtime.run_id, .kind = EFFECT_KILL, .detail = why, .now = desk->now},
                           err));
}

bool desk_end(struct desk *desk, const struct desk_case *one, const char *why, struct err *err) {
    if (!one->active)
        return true;
    return end_intended(desk->site, &one->runtime, &(struct end_as){.to = RUNTIME_CLOSED, .reason = why}, err) ||
           err_wrap(err, "%s was moved, but its agent is not ended yet (the next mc-pickup tries again)", one->key);
}
