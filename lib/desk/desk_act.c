#include "desk/desk_act.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/absent.h"
#include "run/end.h"
#include "run/here.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* The first answer of a request id, as desk_result_json wrote it. */
static bool result_read(struct desk *desk, struct desk_result *result, const char *answer, struct err *err) {
    struct json *object = json_parse(answer, strlen(answer));
    const char *before = json_string(json_get(object, "from"));
    int from = before ? ticket_status_from(before) : TICKET_STATUS_COUNT;
    const char *after = json_string(json_get(object, "to"));
    int to = after ? ticket_status_from(after) : -1;
    const char *key = json_string(json_get(object, "ticket"));
    const char *say = json_string(json_get(object, "message"));
    bool ok =
        say != NULL &&
        (key == NULL || (from >= 0 && to >= 0 && key_parse(key, desk->site->config.ticket_prefix, &result->ticket)));

    if (ok) {
        result->from = (enum ticket_status)from;
        result->to = (enum ticket_status)to;
        result->changed = json_is_true(json_get(object, "changed"));
        (void)json_int(json_get(object, "message_id"), &result->message);
        (void)json_int(json_get(object, "count"), &result->count);
        xreplace(&result->say, say);
    } else
        err_set(err, MC_IOERR, "request id %s: its first answer cannot be read: look at the ticket and use a new id",
                desk->request);
    json_free(object);
    return ok;
}

static bool refuse(const struct desk *desk, const char *act, struct err *err) {
    return request_refuse(desk->request_id, act, desk->site->config.ticket_prefix, err);
}

/* Several tickets under one id: the id is bound to the whole command. */
static bool request_group(struct desk *desk, struct err *err) {
    struct request_first first;
    bool ok;

    if (!desk->group)
        return true;
    if (!requests_begin(desk->site->board, desk->request_id, &first, err))
        return false;
    if (first.answer)
        ok = text_same(first.act, desk->group) || refuse(desk, first.act, err);
    else
        ok = requests_end(desk->site->board,
                          &(struct request_answer){.id = desk->request_id, .act = desk->group, .now = desk->now}, err);
    request_first_release(&first);
    return ok;
}

static bool is_alike(const struct desk *desk, const struct desk_deed *deed, const struct desk_result *result) {
    char key[KEY_SIZE];
    bool added;

    site_key(desk->site, result->ticket, key);
    added = strcmp(result->say, key) == 0;
    if (!deed->what.ticket)
        return strcmp(deed->what.command, "add") == 0 ? added : !result->ticket;
    return !added && result->ticket == deed->what.ticket &&
           (!deed->reaches || (deed->reaches & (1U << result->to)) != 0);
}

static bool request_begin(struct desk *desk, struct desk_deed *deed, struct desk_result *result, struct err *err) {
    struct request_first first = {0};
    char act[REQUEST_ACT_SIZE];
    bool ok;

    if (!desk->request)
        return true;
    request_act(act, &deed->what);
    ok = request_group(desk, err) && requests_begin(desk->site->board, desk->request, &first, err);
    deed->again = ok && first.answer;
    if (deed->again && first.act && strcmp(first.act, act) != 0)
        ok = refuse(desk, first.act, err);
    else if (deed->again)
        ok = result_read(desk, result, first.answer, err) &&
             (first.act || is_alike(desk, deed, result) || refuse(desk, NULL, err));
    request_first_release(&first);
    return ok;
}

static bool request_end(struct desk *desk, const struct desk_deed *deed, const struct desk_result *result,
                        struct err *err) {
    struct text answer = {0};
    struct json *object;
    char act[REQUEST_ACT_SIZE];
    bool ok;

    if (!desk->request || deed->refused)
        return true;
    object = desk_result_json(desk, result);
    request_act(act, &deed->what);
    json_print(object, &answer);
    ok = requests_end(
        desk->site->board,
        &(struct request_answer){.id = desk->request, .act = act, .answer = text_str(&answer), .now = desk->now}, err);
    json_free(object);
    text_release(&answer);
    return ok;
}

bool desk_transact(struct desk *desk, struct desk_deed *deed, struct desk_result *result, struct err *err) {
    struct board *board = desk->site->board;
    bool ok;

    if (!board_begin(board, err))
        return false;
    ok = request_begin(desk, deed, result, err);
    if (ok && !deed->again)
        ok = deed->run(desk, deed->subject, result, err) && request_end(desk, deed, result, err) &&
             board_commit(board, err);
    if (!ok)
        desk_result_release(result);
    board_rollback(board);
    return ok && deed->refused ? err_set(err, MC_DATAERR, "%s", result->say) : ok;
}

bool desk_request_ask(struct desk *desk, const struct request_for *what, struct err *err) {
    struct request_first first = {0};
    char act[REQUEST_ACT_SIZE];
    bool ok = !desk->request || requests_begin(desk->site->board, desk->request, &first, err);

    request_act(act, what);
    if (ok && first.answer && !text_same(first.act, act))
        ok = refuse(desk, first.act, err);
    request_first_release(&first);
    return ok;
}

bool desk_request_note(struct desk *desk, const struct request_for *what, struct err *err) {
    char act[REQUEST_ACT_SIZE];

    request_act(act, what);
    return !desk->request ||
           requests_end(desk->site->board, &(struct request_answer){.id = desk->request, .act = act, .now = desk->now},
                        err);
}

bool desk_case_read(struct desk *desk, int64_t id, struct desk_case *one, struct err *err) {
    struct board *board = desk->site->board;

    site_key(desk->site, id, one->key);
    key_session_key(one->session_key, id);
    if (!tickets_find(board, id, &one->ticket, err))
        return false;
    if (!one->ticket.id)
        return absent_ticket(desk->site, one->key, err);
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

bool desk_move_row(struct desk *desk, const struct desk_case *one, const struct ticket_move *row, struct err *err) {
    struct board *board = desk->site->board;
    bool changed = false;

    if (!tickets_move(board, row, &changed, err))
        return false;
    if (!changed)
        return err_set(err, MC_SOFTWARE, "%s: its row did not change inside its own transaction", one->key);
    return (row->to != TICKET_TODO || queue_forget(board, row->id, err)) &&
           ((row->to != TICKET_TODO && row->to != TICKET_IN_PROGRESS) || tickets_heard(board, row->id, err));
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
    if (!one->active || !site_here(desk->site, one->runtime.host)) /* the intent tells the pickup that is there */
        return true;
    return end_intended(desk->site, &one->runtime, &(struct end_as){.to = RUNTIME_CLOSED, .reason = why}, err) ||
           err_wrap(err, "%s was moved, but its agent is not ended yet (the next mc-pickup tries again)", one->key);
}
