#include "run/ending.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "rules/moves.h"
#include "rules/prompt.h"
#include "run/asking.h"
#include "run/ended.h"
#include "run/reply.h"
#include "run/site.h"
#include "run/tally.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"

enum { SECOND = 1000, DETAIL_MAX = 300, LONG_PAUSE_MS = 3600 * SECOND };

static bool said_in_turn(const struct ending *ending, const char *kind, bool *said, struct err *err) {
    return journal_said(ending->site->board,
                        &(struct journal_look){.ticket_id = ending->over->ticket,
                                               .run_id = ending->over->run_id,
                                               .kind = kind,
                                               .since = ending->runtime.turn_started_at},
                        said, err);
}

/* A better account of the same turn came after the one that was told: it is what is read now. */
static bool told_better(const struct ending *ending, const struct journal_row *row, bool *better, struct err *err) {
    const struct over *over = ending->over;
    const struct reply reply = {
        .run_id = over->run_id, .nonce = over->nonce, .bytes = over->reply, .n = over->reply_len};
    const struct journal_look look = {.ticket_id = over->ticket, .run_id = over->run_id, .kind = row->kind};
    char *last = NULL;
    bool ok = journal_last(ending->site->board, &look, &last, err);

    *better = ok && !text_same(last, row->body) && reply_stands(ending->site, &reply);
    free(last);
    return ok;
}

/* Once a turn, and again what is better; of one that is over only as long as none was begun since. */
static bool story_reply(const struct ending *ending, struct err *err) {
    const struct over *over = ending->over;
    struct journal_row row = (struct journal_row){.kind = "reply"};
    struct text body = {0};
    bool said, better = false, ok;

    if (!over->reply || !over->nonce || ending->facts.turn == TOLD_PAST)
        return true;
    if (over_preliminary(&ending->facts))
        row.kind = "background";
    if (!said_in_turn(ending, row.kind, &said, err))
        return false;
    reply_story(&body, over->reply, over->reply_len);
    row.body = text_str(&body);
    ok = !said || told_better(ending, &row, &better, err);
    if (ok && (!said || better))
        ok = asking_say(ending, row, err);
    text_release(&body);
    return ok;
}

/* Nobody took the turn of a first prompt that went along with the start before it was over. */
static bool end_turn(const struct ending *ending, struct err *err) {
    struct board *board = ending->site->board;
    const struct runtime *runtime = &ending->runtime;
    struct runtime_change change = {.session_key = runtime->session_key,
                                    .run_id = ending->over->run_id,
                                    .nonce = ending->turn,
                                    .tick = site_tick(ending->site),
                                    .now = ending->now};
    struct message_settle settle = {
        .run_id = ending->over->run_id, .nonce = ending->turn, .to = MESSAGE_SENT, .now = ending->now};
    int settled;

    if (!text_same(runtime->run_id, ending->over->run_id))
        return true;
    if (runtime->status == RUNTIME_SPAWNING && ending->turn && !runtimes_take_turn(board, &change, NULL, err))
        return false;
    if (!runtimes_end_turn(board, &change, NULL, err))
        return false;
    return !ending->turn || messages_settle(board, &settle, &settled, err);
}

/* A turn that came to its end by itself shows that what it went through works. */
static bool prove(const struct ending *ending, struct err *err) {
    const struct config *config = &ending->site->config;
    const char *profile = ending->runtime.profile ? ending->runtime.profile : config->profile;

    return ending->over->fault != FAULT_NONE ||
           breakers_prove(ending->site->board, &(struct breakers_proof){.profile = profile, .turn = true}, err);
}

/* What follows a turn (run/aftermath.h) is the next pickup's. */
static bool owe(const struct ending *ending, struct err *err) {
    return runs_set_owes(ending->site->board, ending->over->run_id, true, err);
}

/* What every end of the turn under way leaves. */
static bool book_turn(const struct ending *ending, struct err *err) {
    const struct over_word *word = ending->over->word;
    struct ticket_turn turn = {
        .id = ending->over->ticket, .count = 1, .worked_ms = ending->worked_ms, .result = word ? word->payload : NULL};

    return ending->facts.turn != TOLD_NOW || (end_turn(ending, err) && tickets_turn(ending->site->board, &turn, err) &&
                                              prove(ending, err) && owe(ending, err) && story_reply(ending, err));
}

static bool note_quiet(struct ending *ending, struct err *err) {
    ending->runtime.quiet = (int)ending->facts.quiet;
    return runtimes_set_quiet(ending->site->board, &ending->runtime, err);
}

/* "DONE MC_TICKET_TURN:…: payload" */
static bool say_word(const struct ending *ending, struct err *err) {
    const struct over_word *word = ending->over->word;
    char *body = xasprintf("%s %s: %s", signal_word_name(word->word), ending->over->nonce ? ending->over->nonce : "-",
                           word->payload);
    bool ok = asking_say(ending, (struct journal_row){.kind = "signal", .body = body}, err);

    free(body);
    return ok;
}

/* A question with the command that answers it. */
static bool tell_word(const struct ending *ending, struct err *err) {
    const struct over_word *word = ending->over->word;
    char key[KEY_SIZE];
    char *text;
    bool ok;

    site_key(ending->site, ending->over->ticket, key);
    text = word->word == SIGNAL_QUESTION ? xasprintf("%s; to do: mc-ticket answer %s TEXT", word->payload, key)
                                         : xstrdup(word->payload);
    ok = asking_tell(ending, text, NULL, err);
    free(text);
    return ok;
}

/* Closed it would leave unread what a person has said. */
static bool may_close(const struct ending *ending) {
    return ending->site->config.done_is_done && !ending->facts.person;
}

static bool say_open(const struct ending *ending, struct err *err) {
    char *body;
    bool ok;

    if (ending->over->word->word != SIGNAL_DONE || !ending->site->config.done_is_done || may_close(ending))
        return true;
    body = xasprintf("%s -> in_review (DONE, but not done: a person's text waits for its agent)",
                     ticket_status_name(ending->ticket.status));
    ok = asking_say(ending, (struct journal_row){.kind = "moved", .body = body}, err);
    free(body);
    return ok;
}

/* A run that asked goes on with the answer; one that delivered is over. */
static bool write_word(struct ending *ending, struct err *err) {
    const struct over_word *word = ending->over->word;
    struct board *board = ending->site->board;
    bool asked = word->word == SIGNAL_QUESTION;
    const struct run_settle settle = {.run_id = ending->over->run_id,
                                      .outcome = asked ? RUN_ASKED : RUN_DELIVERED,
                                      .detail = word->payload,
                                      .end = !asked,
                                      .now = ending->now};

    ending->runtime.quiet = 0;
    return asking_move(ending, signal_target(word->word, may_close(ending)), NULL, err) &&
           runs_settle(board, &settle, NULL, err) && owe(ending, err) &&
           messages_drop_ours(board, ending->over->ticket, err) &&
           (!ending->runtime.session_key || runtimes_set_quiet(board, &ending->runtime, err)) &&
           say_word(ending, err) && say_open(ending, err) && tell_word(ending, err);
}

/* A word without a turn that we know of, or on one that is over, is the ticket's result all the same. */
static bool write_result(struct ending *ending, struct err *err) {
    struct ticket_turn turn = {.id = ending->over->ticket, .result = ending->over->word->payload};

    if (ending->facts.turn == TOLD_NOW)
        return book_turn(ending, err);
    if (ending->over->by == OVER_BY_SIGNAL && !end_turn(ending, err))
        return false;
    return tickets_turn(ending->site->board, &turn, err) && story_reply(ending, err);
}

/* A person answered it at its terminal: it is at work again. */
static bool take_back(struct ending *ending, struct err *err) {
    return ending->ticket.status == TICKET_IN_PROGRESS || asking_move(ending, TICKET_IN_PROGRESS, NULL, err);
}

static bool write_message(struct ending *ending, struct message_new message, struct err *err) {
    int64_t id;

    message.ticket_id = ending->over->ticket;
    message.author = "mc-pickup";
    message.now = ending->now;
    return messages_add(ending->site->board, &message, &id, err);
}

static bool write_quiet(struct ending *ending, struct err *err) {
    bool nudge = ending->done->ruling.act == OVER_NUDGE;

    return note_quiet(ending, err) && take_back(ending, err) &&
           asking_say(ending, (struct journal_row){.kind = "quiet", .body = ending->done->ruling.why}, err) &&
           (!nudge ||
            write_message(ending, (struct message_new){.body = prompt_nudge(), .purpose = PURPOSE_NUDGE}, err));
}

/* "paused: the agent reached its usage limit; it goes on at 2026-…: its words" */
static void write_pause_reason(struct text *out, const struct ending *ending, int64_t until) {
    char stamp[CLOCK_STAMP];
    const char *detail = ending->over->detail;

    clock_zoned(until, stamp);
    text_addf(out, "%s: %s; it goes on at %s", ending->done->ruling.reason, ending->done->ruling.why, stamp);
    if (!detail)
        return;
    text_add(out, ": ");
    clean_line(out, detail, strlen(detail), DETAIL_MAX);
}

/* A limit that is over by now is waited for no longer. One met again at once, and nobody has told until when, or it
 * should be over, is no matter of minutes. */
static int64_t pause_end(const struct ending *ending) {
    int64_t pause = ending->site->config.pause_s * SECOND;

    if (ending->over->until_ms > ending->now)
        return ending->over->until_ms;
    if (ending->over->until_ms && !ending->facts.after_go_on)
        return ending->now;
    if (ending->facts.after_go_on && pause < LONG_PAUSE_MS)
        pause = LONG_PAUSE_MS;
    return ending->now + pause;
}

/* What waits for the agent already goes then, and tells it to go on as well as we could. */
static bool write_pause(struct ending *ending, struct err *err) {
    const struct over *over = ending->over;
    int64_t until = pause_end(ending);
    struct text reason = {0};
    int held = 0;
    bool ok;

    write_pause_reason(&reason, ending, until);
    ok = asking_move(ending, TICKET_IN_PROGRESS, text_str(&reason), err) &&
         messages_hold(ending->site->board, &(struct message_hold){over->ticket, until}, &held, err) &&
         (held ||
          write_message(
              ending, (struct message_new){.body = prompt_go_on(), .purpose = PURPOSE_GO_ON, .next_at = until}, err)) &&
         asking_say(ending, (struct journal_row){.kind = "paused", .body = text_str(&reason)}, err);
    text_release(&reason);
    return ok;
}

static bool stop_profile(struct ending *ending, struct err *err) {
    const struct over *over = ending->over;
    const struct over_ruling *ruling = &ending->done->ruling;

    return tally_stop(ending->site,
                      &(struct failure){.class = CLASS_AWAITING_HUMAN,
                                        .ticket = over->ticket,
                                        .profile = ending->runtime.profile,
                                        .detail = over->detail ? over->detail : ruling->why,
                                        .next = ruling->next},
                      err);
}

static bool say_still(const struct ending *ending, struct err *err) {
    bool said;

    return said_in_turn(ending, "background", &said, err) &&
           (said ||
            asking_say(ending, (struct journal_row){.kind = "background", .body = ending->done->ruling.why}, err));
}

bool ending_refuse(struct board *board, const struct word_refused *refused, struct err *err) {
    const struct over_word *word = refused->word;
    char *body = xasprintf("%s %s: %s (moved nothing: %s)", signal_word_name(word->word),
                           refused->nonce ? refused->nonce : "-", word->payload, refused->why);
    bool added;
    bool ok = journal_add_once(board,
                               &(struct journal_row){.ticket_id = refused->ticket,
                                                     .run_id = refused->run_id,
                                                     .author = refused->author,
                                                     .kind = "signal_ignored",
                                                     .body = body,
                                                     .now = clock_now()},
                               &added, err);

    free(body);
    return ok;
}

/* A word that comes too late is told all the same; one that was heard already is not. */
static bool say_ignored(const struct ending *ending, struct err *err) {
    const struct over *over = ending->over;
    const char *why = over->word ? signal_why(over_word_judge(&ending->facts)) : NULL;

    return !why || ending_refuse(ending->site->board,
                                 &(struct word_refused){.ticket = over->ticket,
                                                        .run_id = over->run_id,
                                                        .author = "agent",
                                                        .nonce = over->nonce,
                                                        .word = over->word,
                                                        .why = why},
                                 err);
}

bool ending_write(struct ending *ending, struct err *err) {
    switch (ending->done->ruling.act) {
    case OVER_IGNORE:
    case OVER_ACT_COUNT:
        return true;
    case OVER_KEEP:
        return story_reply(ending, err) && say_ignored(ending, err);
    case OVER_STILL:
        return say_still(ending, err);
    case OVER_END:
        return book_turn(ending, err) && messages_drop_ours(ending->site->board, ending->over->ticket, err) &&
               say_ignored(ending, err);
    case OVER_WORD:
        return write_result(ending, err) && write_word(ending, err);
    case OVER_REST:
    case OVER_NUDGE:
        return book_turn(ending, err) && write_quiet(ending, err);
    case OVER_PAUSE:
        return book_turn(ending, err) && write_pause(ending, err);
    case OVER_ASK:
        return book_turn(ending, err) && asking_person(ending, err);
    case OVER_ASK_AND_STOP:
        return book_turn(ending, err) && asking_person(ending, err) && stop_profile(ending, err);
    }
    return true;
}
