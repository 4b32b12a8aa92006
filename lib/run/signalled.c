#include "run/signalled.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/moves.h"
#include "run/ending.h"
#include "run/over.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

struct hearing {
    struct site *site;
    const struct signalled *word;
    struct signalled_done *done;
    struct ticket ticket;
    struct runtime runtime;
    char key[KEY_SIZE];
    char *turn; /* the nonce of the turn that is active; NULL: none that we know of */
    bool late;  /* the word is on the turn that ended last (rules/moves.h) */
    bool waits; /* a prompt goes to the agent before it can have a word on it */
};

static bool read_case(struct hearing *hearing, struct err *err) {
    struct board *board = hearing->site->board;
    char session_key[SESSION_KEY_SIZE];

    site_key(hearing->site, hearing->word->ticket, hearing->key);
    key_session_key(session_key, hearing->word->ticket);
    if (!tickets_find(board, hearing->word->ticket, &hearing->ticket, err))
        return false;
    if (!hearing->ticket.id)
        return err_set(err, MC_NOINPUT, "%s: no such ticket on this board; mc-ticket list shows what is there",
                       hearing->key);
    return runtimes_get(board, session_key, &hearing->runtime, err);
}

static bool find_turn(struct hearing *hearing, struct err *err) {
    const struct runtime *runtime = &hearing->runtime;

    return !text_same(runtime->run_id, hearing->word->run_id) || over_turn(hearing->site, runtime, &hearing->turn, err);
}

/* No turn is under way, ours or one that the agent went on with. Without a nonce it is on the turn that ended last,
 * unless it was said before that one. */
static bool on_last(const struct hearing *hearing) {
    const struct signalled *word = hearing->word;
    const struct runtime *runtime = &hearing->runtime;

    if (runtime->status == RUNTIME_RUNNING || hearing->turn || !text_same(runtime->run_id, word->run_id))
        return false;
    return word->nonce ? text_same(word->nonce, runtime->last_turn_marker) : runtime->last_turn_marker && !word->before;
}

static bool find_late(struct hearing *hearing, struct err *err) {
    const struct over over = {
        .ticket = hearing->word->ticket, .run_id = hearing->word->run_id, .nonce = hearing->runtime.last_turn_marker};
    struct late_facts facts = {
        .status = hearing->ticket.status, .last = on_last(hearing), .turns = hearing->ticket.turns};

    if (facts.last && !over_heard(hearing->site, &over, &facts.heard, err))
        return false;
    hearing->late = signal_late(&facts);
    return true;
}

/* Where no turn is under way, ours or one that it went on with: its first prompt, and what a person has said since it
 * came to rest, is heard by the agent before its word counts. */
static bool find_waiting(struct hearing *hearing, struct err *err) {
    const struct signalled *word = hearing->word;
    const struct runtime *runtime = &hearing->runtime;
    struct over_prompts prompts;

    if (hearing->turn || !text_same(runtime->run_id, word->run_id) || runtime->status == RUNTIME_RUNNING)
        return true;
    if (!over_prompts(hearing->site, &(struct over){.ticket = word->ticket, .run_id = word->run_id}, &prompts, err))
        return false;
    hearing->waits = prompts.first_or_persons;
    return true;
}

/* *last: this word was the last one that counted, for this run and this turn, where no turn is named and the agent
 * was answered since in this line; else it is left as it is. */
static bool was_last(const struct hearing *hearing, bool *last, struct err *err) {
    const struct signalled *word = hearing->word;
    const char *marker = hearing->runtime.last_turn_marker;
    struct journal_said_last said = {0};
    char *head, *line;

    if (word->nonce != NULL && marker != NULL && strcmp(word->nonce, marker) != 0)
        return true;
    if (!journal_last_word(hearing->site->board, word->ticket, &said, err))
        return false;
    head = xasprintf("%s %s", signal_word_name(word->word), word->nonce != NULL ? word->nonce : "");
    line = word->nonce != NULL || !hearing->waits ? xstrdup("") : xasprintf(": %s", word->payload);
    *last =
        text_same(said.run_id, word->run_id) && said.body && text_starts(said.body, head) && text_ends(said.body, line);
    free(line);
    free(head);
    journal_said_last_release(&said);
    return true;
}

static bool apply(struct hearing *hearing, struct err *err) {
    const struct signalled *word = hearing->word;
    struct signalled_done *done = hearing->done;
    const struct over_word said = {word->word, word->payload};
    const struct over over = {.ticket = word->ticket,
                              .run_id = word->run_id,
                              .nonce = hearing->late ? hearing->runtime.last_turn_marker : hearing->turn,
                              .by = OVER_BY_SIGNAL,
                              .author = word->by,
                              .word = &said};
    struct over_done booked;

    if (!over_within(hearing->site, &over, &booked, err))
        return false;
    done->to = booked.to;
    done->changed = true;
    done->say = xasprintf("%s %s -> %s", hearing->key, ticket_status_name(done->from), ticket_status_name(done->to));
    return true;
}

/* What is too late moves nothing. */
static bool refuse(struct hearing *hearing, const char *why, struct err *err) {
    const struct signalled *word = hearing->word;
    const struct over_word said = {word->word, word->payload};

    hearing->done->refused = true;
    hearing->done->say = xasprintf("%s: this %s moves nothing: %s", hearing->key, signal_word_name(word->word), why);
    /* By the ticket's own run, because whoever makes up a run makes up a thousand. */
    return ending_refuse(hearing->site->board,
                         &(struct word_refused){.ticket = hearing->ticket.id,
                                                .run_id = hearing->ticket.run_id,
                                                .author = word->by,
                                                .nonce = word->nonce,
                                                .word = &said,
                                                .why = why},
                         err);
}

static bool judge(struct hearing *hearing, struct err *err) {
    const struct signalled *word = hearing->word;
    bool before = word->before && hearing->turn;
    struct signal_facts facts = {.status = hearing->ticket.status,
                                 .run_matches = text_same(hearing->ticket.run_id, word->run_id),
                                 .nonce_given = word->nonce != NULL || before,
                                 .nonce_matches = text_same(word->nonce, hearing->turn),
                                 .turn_active = hearing->turn != NULL,
                                 .late = hearing->late,
                                 .prompt_waits = hearing->waits};
    enum signal_verdict verdict;

    if (!was_last(hearing, &facts.nonce_was_last, err))
        return false;
    hearing->done->from = hearing->done->to = hearing->ticket.status;
    verdict = signal_judge(&facts);
    if (verdict == SIGNAL_APPLY)
        return apply(hearing, err);
    if (verdict != SIGNAL_REPEAT)
        return refuse(hearing, signal_why(verdict), err);
    hearing->done->say = xasprintf("%s: this %s was taken already", hearing->key, signal_word_name(word->word));
    return true;
}

bool signalled_within(struct site *site, const struct signalled *word, struct signalled_done *done, struct err *err) {
    struct hearing hearing = {.site = site, .word = word, .done = done};
    bool ok;

    *done = (struct signalled_done){0};
    ok = read_case(&hearing, err) && find_turn(&hearing, err) && find_late(&hearing, err) &&
         find_waiting(&hearing, err) && judge(&hearing, err);
    ticket_release(&hearing.ticket);
    runtime_release(&hearing.runtime);
    free(hearing.turn);
    return ok;
}

void signalled_release(struct signalled_done *done) {
    free(done->say);
    *done = (struct signalled_done){0};
}
