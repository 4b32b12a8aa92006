/* The agent's word on its turn: SPEC section 12, way 1. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "run/notify.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

struct signalling {
    const struct desk_word *word;
    struct desk_deed *deed;
    struct desk_result *result;
    struct desk_case one;
    char *turn; /* the nonce of the turn that is active; NULL: none that we know of */
};

/* A first turn that went as an argument may end before the pickup has written that it began: its message says so. */
static bool find_turn(struct desk *desk, struct signalling *signalling, struct err *err) {
    const struct runtime *runtime = &signalling->one.runtime;
    struct message work = {0};

    if (!signalling->one.active || !text_same(runtime->run_id, signalling->word->run_id))
        return true;
    if (runtime->turn_nonce != NULL || runtime->status != RUNTIME_SPAWNING) {
        signalling->turn = xstrdup(runtime->turn_nonce);
        return true;
    }
    if (!messages_work(desk->site->board, runtime->run_id, &work, err))
        return false;
    if (work.id != 0 && work.status == MESSAGE_SENDING)
        signalling->turn = xstrdup(work.nonce);
    message_release(&work);
    return true;
}

/* "DONE MC_TICKET_TURN:…: payload" */
static char *signal_body(const struct desk_word *word, const char *nonce) {
    return xasprintf("%s %s: %s", signal_word_name(word->word), nonce != NULL ? nonce : "-", word->payload);
}

/* Was this word the last one that counted, for this run and this turn? */
static bool was_last(struct desk *desk, const struct signalling *signalling, bool *last, struct err *err) {
    const struct desk_word *word = signalling->word;
    const char *marker = signalling->one.runtime.last_turn_marker;
    struct activity_list list = {0};
    const struct activity *newest = NULL;

    *last = false;
    if (word->nonce != NULL && marker != NULL && strcmp(word->nonce, marker) != 0)
        return true;
    if (!journal_list(desk->site->board, word->ticket, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i].kind, "signal") == 0)
            newest = &list.items[i];
    if (newest != NULL && text_same(newest->run_id, word->run_id)) {
        char *head = xasprintf("%s %s", signal_word_name(word->word), word->nonce != NULL ? word->nonce : "");

        *last = text_starts(newest->body, head);
        free(head);
    }
    activity_list_release(&list);
    return true;
}

static bool end_turn(struct desk *desk, const struct signalling *signalling, struct err *err) {
    struct board *board = desk->site->board;
    const struct runtime *runtime = &signalling->one.runtime;
    const char *run_id = signalling->word->run_id;
    struct message_settle settle = {.run_id = run_id, .nonce = signalling->turn, .to = MESSAGE_SENT, .now = desk->now};
    bool changed;
    int settled;

    if (runtime->status == RUNTIME_SPAWNING && signalling->turn != NULL &&
        !runtimes_take_turn(board,
                            &(struct runtime_change){.session_key = runtime->session_key,
                                                     .run_id = run_id,
                                                     .nonce = signalling->turn,
                                                     .tick = site_tick(desk->site),
                                                     .now = desk->now},
                            &changed, err))
        return false;
    if (!runtimes_end_turn(
            board,
            &(struct runtime_change){
                .session_key = runtime->session_key, .run_id = run_id, .nonce = signalling->turn, .now = desk->now},
            &changed, err))
        return false;
    return signalling->turn == NULL || messages_settle(board, &settle, &settled, err);
}

static bool apply(struct desk *desk, struct signalling *signalling, struct desk_result *result, struct err *err) {
    struct board *board = desk->site->board;
    const struct desk_word *word = signalling->word;
    struct ticket_move row = {.id = word->ticket,
                              .from = signalling->one.ticket.status,
                              .to = signal_target(word->word, desk->site->config.done_is_done),
                              .run_id = word->run_id,
                              .attempts = -1,
                              .now = desk->now};
    /* A run that asked goes on with the answer; one that delivered is over. */
    bool asked = word->word == SIGNAL_QUESTION;
    char *body = signal_body(word, signalling->turn);
    bool changed = false, ok = false;

    if (!tickets_move(board, &row, &changed, err))
        goto out;
    if (!changed) {
        err_set(err, MC_SOFTWARE, "%s: its row did not change inside its own transaction", signalling->one.key);
        goto out;
    }
    ok =
        runs_settle(board,
                    &(struct run_settle){.run_id = word->run_id,
                                         .outcome = asked ? RUN_ASKED : RUN_DELIVERED,
                                         .detail = word->payload,
                                         .end = !asked,
                                         .now = desk->now},
                    &changed, err) &&
        end_turn(desk, signalling, err) &&
        desk_note(desk, &signalling->one, (struct journal_row){.kind = "signal", .body = body}, err) &&
        notice_add(
            desk->site,
            &(struct notice){.ticket = word->ticket, .run_id = word->run_id, .to = row.to, .text = word->payload}, err);
    if (ok)
        desk_moved(result, &signalling->one, row.to, "");
out:
    free(body);
    return ok;
}

/* What is too late moves nothing and is kept for a reader. */
static bool refuse(struct desk *desk, struct signalling *signalling, const char *why, struct err *err) {
    const struct desk_case *one = &signalling->one;
    char *head = signal_body(signalling->word, signalling->word->nonce);
    char *body = xasprintf("%s (moved nothing: %s)", head, why);
    bool ok = journal_add(desk->site->board,
                          &(struct journal_row){.ticket_id = one->ticket.id,
                                                .run_id = signalling->word->run_id,
                                                .author = desk->by,
                                                .kind = "signal_ignored",
                                                .body = body,
                                                .now = desk->now},
                          err);

    signalling->result->say =
        xasprintf("%s: this %s moves nothing: %s", one->key, signal_word_name(signalling->word->word), why);
    signalling->deed->refused = true;
    free(body);
    free(head);
    return ok;
}

static bool signal_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct signalling *signalling = subject;
    const struct desk_word *word = signalling->word;
    const struct desk_case *one = &signalling->one;
    struct signal_facts facts = {0};

    if (!desk_case_read(desk, word->ticket, &signalling->one, err) || !find_turn(desk, signalling, err) ||
        !was_last(desk, signalling, &facts.nonce_was_last, err))
        return false;
    facts.status = one->ticket.status;
    facts.run_matches = text_same(one->ticket.run_id, word->run_id);
    facts.nonce_given = word->nonce != NULL;
    facts.nonce_matches = text_same(word->nonce, signalling->turn);
    facts.turn_active = signalling->turn != NULL;
    signalling->result = result;
    result->ticket = one->ticket.id;
    result->from = result->to = one->ticket.status;
    switch (signal_judge(&facts)) {
    case SIGNAL_APPLY:
        return apply(desk, signalling, result, err);
    case SIGNAL_REPEAT:
        result->say = xasprintf("%s: this %s was taken already", one->key, signal_word_name(word->word));
        return true;
    case SIGNAL_OLD_TURN:
        return refuse(desk, signalling, "it belongs to another turn than the one under way", err);
    case SIGNAL_OLD_RUN:
        return refuse(desk, signalling, "the ticket belongs to another run now", err);
    case SIGNAL_NOT_WORKING:
        break;
    }
    return refuse(desk, signalling, "the ticket is not in progress", err);
}

bool desk_signal(struct desk *desk, const struct desk_word *word, struct desk_result *result, struct err *err) {
    struct signalling signalling = {.word = word};
    struct desk_deed deed = {.run = signal_run, .subject = &signalling};
    bool ok;

    signalling.deed = &deed;
    ok = desk_transact(desk, &deed, result, err);
    if (ok && result->changed)
        notify_flush(desk->site);
    desk_case_release(&signalling.one);
    free(signalling.turn);
    return ok;
}
