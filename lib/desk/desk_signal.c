/* The agent's word on its turn: SPEC section 12, way 1. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "run/notify.h"
#include "run/over.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"

struct signalling {
    const struct desk_word *word;
    struct desk_deed *deed;
    struct desk_result *result;
    struct desk_case one;
    char *turn; /* the nonce of the turn that is active; NULL: none that we know of */
    bool late;  /* the word is on the turn that ended last, without one */
};

static bool find_turn(struct desk *desk, struct signalling *signalling, struct err *err) {
    const struct runtime *runtime = &signalling->one.runtime;

    return !text_same(runtime->run_id, signalling->word->run_id) ||
           over_turn(desk->site, runtime, &signalling->turn, err);
}

/* A pause or a failure has ended it, and the agent went on by itself. */
static bool find_late(struct desk *desk, struct signalling *signalling, struct err *err) {
    const struct desk_word *word = signalling->word;
    const struct runtime *runtime = &signalling->one.runtime;
    const struct over over = {.ticket = word->ticket, .run_id = word->run_id, .nonce = word->nonce};
    bool last = word->nonce && !signalling->turn && text_same(runtime->run_id, word->run_id) &&
                text_same(word->nonce, runtime->last_turn_marker);
    bool heard = false;

    if (last && !over_heard(desk->site, &over, &heard, err))
        return false;
    signalling->late = last && !heard;
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
    struct journal_said_last said = {0};
    char *head;

    *last = false;
    if (word->nonce != NULL && marker != NULL && strcmp(word->nonce, marker) != 0)
        return true;
    if (!journal_last_word(desk->site->board, word->ticket, &said, err))
        return false;
    head = xasprintf("%s %s", signal_word_name(word->word), word->nonce != NULL ? word->nonce : "");
    *last = text_same(said.run_id, word->run_id) && said.body && text_starts(said.body, head);
    free(head);
    journal_said_last_release(&said);
    return true;
}

static bool apply(struct desk *desk, struct signalling *signalling, struct desk_result *result, struct err *err) {
    const struct desk_word *word = signalling->word;
    const struct over_word said = {word->word, word->payload};
    const struct over over = {.ticket = word->ticket,
                              .run_id = word->run_id,
                              .nonce = signalling->late ? word->nonce : signalling->turn,
                              .by = OVER_BY_SIGNAL,
                              .author = desk->by,
                              .word = &said};
    struct over_done done;
    bool ok = over_within(desk->site, &over, &done, err);

    if (ok)
        desk_moved(result, &signalling->one, done.to, "");
    return ok;
}

/* Kept for a reader once, however often it comes: by the ticket's own run, because whoever makes up a run makes up a
 * thousand. */
static bool record_refused(struct desk *desk, const struct signalling *signalling, const char *why, struct err *err) {
    const struct desk_case *one = &signalling->one;
    const struct journal_look look = {
        .ticket_id = one->ticket.id, .run_id = one->ticket.run_id, .kind = "signal_ignored"};
    char *head = signal_body(signalling->word, signalling->word->nonce);
    char *body = xasprintf("%s (moved nothing: %s)", head, why);
    bool said = false;
    bool ok = journal_said(desk->site->board, &look, &said, err) &&
              (said || desk_note(desk, one, (struct journal_row){.kind = "signal_ignored", .body = body}, err));

    free(body);
    free(head);
    return ok;
}

/* What is too late moves nothing. */
static bool refuse(struct desk *desk, struct signalling *signalling, const char *why, struct err *err) {
    const struct desk_case *one = &signalling->one;

    signalling->result->say =
        xasprintf("%s: this %s moves nothing: %s", one->key, signal_word_name(signalling->word->word), why);
    signalling->deed->refused = true;
    return record_refused(desk, signalling, why, err);
}

static bool signal_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct signalling *signalling = subject;
    const struct desk_word *word = signalling->word;
    const struct desk_case *one = &signalling->one;
    struct signal_facts facts = {0};

    if (!desk_case_read(desk, word->ticket, &signalling->one, err) || !find_turn(desk, signalling, err) ||
        !find_late(desk, signalling, err) || !was_last(desk, signalling, &facts.nonce_was_last, err))
        return false;
    facts.status = one->ticket.status;
    facts.run_matches = text_same(one->ticket.run_id, word->run_id);
    facts.nonce_given = word->nonce != NULL;
    facts.nonce_matches = text_same(word->nonce, signalling->turn) || signalling->late;
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
    const char *const texts[] = {word->run_id, word->nonce ? word->nonce : "", signal_word_name(word->word),
                                 word->payload, NULL};
    struct desk_deed deed = {.run = signal_run, .subject = &signalling, .what = {"signal", word->ticket, texts}};
    bool ok;

    signalling.deed = &deed;
    ok = desk_transact(desk, &deed, result, err);
    if (ok && result->changed)
        notify_flush(desk->site);
    desk_case_release(&signalling.one);
    free(signalling.turn);
    return ok;
}
