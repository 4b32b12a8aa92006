#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/word.h"
#include "run/notify.h"
#include "run/over.h"
#include "run/signalled.h"
#include "run/site.h"
#include "run/told.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"

/* The run's turn, as the board has it. */
struct telling {
    struct site *site;
    const struct told *told;
    const char *run_id;
    const char *once;
    struct run run;
    struct runtime runtime;
    char *turn;        /* under way; NULL: none */
    const char *nonce; /* of which it is told; NULL: of none of ours */
};

static bool read_run(struct telling *telling, struct err *err) {
    struct board *board = telling->site->board;
    char key[SESSION_KEY_SIZE];

    if (!runs_get(board, telling->run_id, &telling->run, err))
        return false;
    key_session_key(key, telling->run.ticket_id);
    return runtimes_get(board, key, &telling->runtime, err) &&
           (!text_same(telling->runtime.run_id, telling->run_id) ||
            over_turn(telling->site, &telling->runtime, &telling->turn, err));
}

static const char *last_turn(const struct telling *telling) {
    return text_same(telling->runtime.run_id, telling->run_id) ? telling->runtime.last_turn_marker : NULL;
}

/* A prompt is of the turn whose nonce it holds, whatever else it quotes: the one under way, or the one that ended last.
 */
static const char *of_prompt(const struct telling *telling, const struct nonces *nonces) {
    const char *ended = last_turn(telling);

    if (nonces_hold(nonces, telling->turn))
        return telling->turn;
    if (nonces_hold(nonces, ended))
        return ended;
    return nonces->count ? nonces->all[nonces->count - 1] : NULL;
}

/* Was it told before the turn under way began? On the awake clock where both are on it: a wall clock may have been set,
 * or be another machine's. The first turn of a run may have begun before it was booked, and nothing of that run is
 * older. The last turn, where none is under way. */
static bool before(const struct telling *telling) {
    const struct told *told = telling->told;
    const struct runtime *runtime = &telling->runtime;

    if (runtime->turn_count <= 1)
        return false;
    if (*told->boot && strcmp(told->boot, runtime->tick_boot) == 0)
        return told->tick < runtime->turn_started_tick;
    if (*told->boot && *runtime->tick_boot) /* the machine was started anew in between */
        return strcmp(runtime->tick_boot, telling->site->self.boot) == 0;
    return told->at < runtime->turn_started_at;
}

/* An agent that names no prompt speaks of the turn that it began last; one that does not tell what it begins, of the
 * one under way, or of the last one, if that had begun. */
static const char *which(const struct telling *telling) {
    const struct told *told = telling->told;

    if (told->nonces.count)
        return of_prompt(telling, &told->nonces);
    if (told->begun)
        return of_prompt(telling, &told->last);
    if (before(telling))
        return NULL;
    return telling->turn ? telling->turn : last_turn(telling);
}

/* The beginning of a reply that was cut off says nothing of its end; an object that stands in it whole does. */
static bool cut_off(const struct told *told) {
    enum signal_word word;

    return told->fault != FAULT_NONE && word_prefix(told->reply, strlen(told->reply), &word) > 0;
}

static bool apply_over(struct telling *telling, struct err *err) {
    const struct told *told = telling->told;
    struct word_found found = {0};
    char key[KEY_SIZE];
    struct over over_ = {.ticket = telling->run.ticket_id,
                         .run_id = telling->run_id,
                         .nonce = telling->nonce,
                         .by = OVER_BY_REPORT,
                         .reply = told->reply,
                         .reply_len = told->reply ? strlen(told->reply) : 0,
                         .fault = told->fault,
                         .detail = told->detail,
                         .until_ms = told->until,
                         .still_at_work = told->still_at_work};
    struct over_word word;
    struct over_done done = {0};
    bool ok;

    site_key(telling->site, telling->run.ticket_id, key);
    if (told->reply && !cut_off(told) &&
        word_in_reply(&found, told->reply, over_.reply_len, &(struct word_of){key, telling->nonce})) {
        word = (struct over_word){found.word, found.payload};
        over_.word = &word;
    }
    ok = over(telling->site, &over_, &done, err);
    word_release(&found);
    return ok;
}

static bool apply_waits(struct telling *telling, struct err *err) {
    const struct told *told = telling->told;
    bool moved;

    return over_waits(telling->site,
                      &(struct over_wait){.runtime = &telling->runtime,
                                          .nonce = telling->nonce,
                                          .text = told->detail ? told->detail : "the agent waits for its person",
                                          .newer = true},
                      &moved, err);
}

bool told_once(struct site *site, const struct journal_row *row, struct err *err) {
    struct board *board = site->board;
    const struct journal_look look = {.ticket_id = row->ticket_id, .run_id = row->run_id, .kind = row->kind};
    bool said = false, added;
    bool ok =
        journal_said(board, &look, &said, err) &&
        (said || (board_begin(board, err) && journal_add_once(board, row, &added, err) && board_commit(board, err)));

    board_rollback(board);
    return ok;
}

bool told_ignored(struct site *site, const struct told_ignored *ignored, struct err *err) {
    return told_once(site,
                     &(struct journal_row){.ticket_id = ignored->ticket,
                                           .run_id = ignored->run_id,
                                           .author = "agent",
                                           .kind = "signal_ignored",
                                           .body = ignored->body,
                                           .now = clock_now()},
                     err);
}

/* A turn that this run never had. */
static bool say_foreign(const struct telling *telling, struct err *err) {
    char *body = xasprintf("a report of %s (moved nothing: it is no turn of this run)", telling->nonce);
    bool ok = told_ignored(telling->site, &(struct told_ignored){telling->run.ticket_id, telling->run_id, body}, err);

    free(body);
    return ok;
}

static bool known(const struct telling *telling) {
    return text_same(telling->nonce, telling->turn) || (text_same(telling->runtime.run_id, telling->run_id) &&
                                                        text_same(telling->nonce, telling->runtime.last_turn_marker));
}

static bool apply_report(struct telling *telling, struct err *err) {
    telling->nonce = which(telling);
    if (!telling->nonce)
        return true;
    if (!known(telling))
        return say_foreign(telling, err);
    return telling->told->kind == TELL_WAITS ? apply_waits(telling, err) : apply_over(telling, err);
}

/* Inside the transaction. Its name goes in with what it moved: a file that a pickup could not take away any more is
 * the same word, and a person may have answered it by now. */
static bool hear_once(const struct telling *telling, const struct signalled *word, struct signalled_done *done,
                      struct err *err) {
    struct board *board = telling->site->board;
    char *id = xasprintf("spool:%s:%s", telling->run_id, telling->once ? telling->once : "");
    const struct request_answer taken = {.id = id, .act = "signal", .answer = "taken", .now = clock_now()};
    struct request_first first = {0};
    bool ok = !telling->once || requests_begin(board, id, &first, err);

    if (ok && !first.answer)
        ok = signalled_within(telling->site, word, done, err) && (!telling->once || requests_end(board, &taken, err));
    request_first_release(&first);
    free(id);
    return ok;
}

static bool hear(const struct telling *telling, const struct signalled *word, struct err *err) {
    struct board *board = telling->site->board;
    struct signalled_done done = {0};
    bool ok = board_begin(board, err) && hear_once(telling, word, &done, err) && board_commit(board, err);

    board_rollback(board);
    if (ok && done.changed)
        notify_flush(telling->site);
    signalled_release(&done);
    return ok;
}

static bool apply_signal(struct telling *telling, struct err *err) {
    const struct told *told = telling->told;
    struct text payload = {0};
    struct signalled word = {.ticket = told->ticket,
                             .run_id = telling->run_id,
                             .nonce = told->nonces.count ? told->nonces.all[0] : NULL,
                             .word = told->word,
                             .by = "agent",
                             .before = before(telling)};
    bool ok;

    if (told->ticket != telling->run.ticket_id)
        return told_ignored(telling->site,
                            &(struct told_ignored){telling->run.ticket_id, telling->run_id,
                                                   "a signal (moved nothing: it is on another ticket)"},
                            err);
    clean_line(&payload, told->detail, strlen(told->detail), SIGNAL_LINE_MAX);
    word.payload = text_str(&payload);
    ok = hear(telling, &word, err);
    text_release(&payload);
    return ok;
}

/* The same by the board's clock, where that is another: "resets 3pm" is the next one after the board's moment. Its
 * strings stay the other's. */
static struct told by_board(const struct told *told) {
    int64_t difference = clock_difference();
    struct told same = *told;

    same.at -= difference;
    if (difference)
        same.until = told_until(&same);
    return same;
}

bool told_apply(struct site *site, const struct told_of *of, const struct told *as_told, struct err *err) {
    const struct told by = by_board(as_told), *told = &by;
    struct telling telling = {.site = site, .told = told, .run_id = of->run_id, .once = of->once};
    bool ok = read_run(&telling, err);

    if (ok && *telling.run.run_id)
        ok = told->kind == TELL_SIGNAL ? apply_signal(&telling, err) : apply_report(&telling, err);
    run_release(&telling.run);
    runtime_release(&telling.runtime);
    free(telling.turn);
    return ok;
}
