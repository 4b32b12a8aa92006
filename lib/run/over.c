#include "run/over.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "rules/awake.h"
#include "rules/key.h"
#include "run/ending.h"
#include "run/giveback.h"
#include "run/notify.h"
#include "run/reply.h"
#include "run/resume.h"
#include "run/site.h"
#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { SECOND = 1000 };

bool over_turn(struct site *site, const struct runtime *runtime, char **nonce, struct err *err) {
    struct message work = {0};

    *nonce = NULL;
    if (!runtime_active(runtime))
        return true;
    if (runtime->turn_nonce || runtime->status != RUNTIME_SPAWNING) {
        *nonce = xstrdup(runtime->turn_nonce);
        return true;
    }
    if (!messages_work(site->board, runtime->run_id, &work, err))
        return false;
    if (work.id && work.status == MESSAGE_SENDING)
        *nonce = xstrdup(work.nonce);
    message_release(&work);
    return true;
}

static bool read_rows(struct ending *ending, struct err *err) {
    const struct over *over = ending->over;
    struct board *board = ending->site->board;
    char key[SESSION_KEY_SIZE];

    key_session_key(key, over->ticket);
    if (!tickets_find(board, over->ticket, &ending->ticket, err) || !runtimes_get(board, key, &ending->runtime, err))
        return false;
    return !text_same(ending->runtime.run_id, over->run_id) ||
           over_turn(ending->site, &ending->runtime, &ending->turn, err);
}

static void forget_rows(struct ending *ending) {
    ticket_release(&ending->ticket);
    runtime_release(&ending->runtime);
    free(ending->turn);
}

static enum turn_told which_turn(const struct ending *ending) {
    const char *nonce = ending->over->nonce;

    if (text_same(nonce, ending->turn))
        return TOLD_NOW;
    if (!text_same(ending->runtime.run_id, ending->over->run_id) || !text_same(nonce, ending->runtime.last_turn_marker))
        return TOLD_OTHER;
    return ending->runtime.status == RUNTIME_RUNNING ? TOLD_PAST : TOLD_LAST;
}

bool over_heard(const struct site *site, const struct over *over, bool *heard, struct err *err) {
    const struct journal_turn turn = {.ticket_id = over->ticket, .run_id = over->run_id, .nonce = over->nonce};
    char *body = NULL;
    bool ok = !over->nonce || journal_word(site->board, &turn, &body, err);

    *heard = body != NULL;
    free(body);
    return ok;
}

bool over_prompts(const struct site *site, const struct over *over, struct over_prompts *prompts, struct err *err) {
    struct message_standing notes = {0};
    struct message work = {0};
    bool first;

    if (!messages_standing(site->board, &(struct message_turn){.ticket_id = over->ticket}, &notes, err) ||
        !messages_work(site->board, over->run_id, &work, err))
        return false;
    first = work.id && work.status == MESSAGE_PENDING;
    *prompts = (struct over_prompts){.any = first || notes.waiting, .first_or_persons = first || notes.person};
    message_release(&work);
    return true;
}

static bool gather(struct ending *ending, struct err *err) {
    const struct site *site = ending->site;
    const struct over *over = ending->over;
    const struct config *config = &site->config;
    const struct runtime *runtime = &ending->runtime;
    struct over_facts *facts = &ending->facts;
    struct message_standing standing = {0};
    enum turn_told turn = which_turn(ending);
    int one = turn == TOLD_NOW;

    if (!messages_standing(site->board, &(struct message_turn){.ticket_id = over->ticket, .nonce = over->nonce},
                           &standing, err) ||
        !over_heard(site, over, &facts->heard, err))
        return false;
    /* Of a turn that waits for its person nobody knows how much of its time was work. */
    if (one && ending->ticket.status != TICKET_NEEDS_INPUT && awake_known(runtime, site->self.boot))
        ending->worked_ms = awake_between(runtime->turn_started_tick, clock_monotonic());
    *facts = (struct over_facts){.turn = turn,
                                 .ours = text_same(ending->ticket.run_id, over->run_id),
                                 .status = ending->ticket.status,
                                 .word = over->word != NULL,
                                 .fault = over->fault,
                                 .still_at_work = over->still_at_work,
                                 .waiting = standing.waiting,
                                 .person = standing.person,
                                 .heard = facts->heard,
                                 .seen = over->by == OVER_BY_SCREEN || over->by == OVER_BY_LOG,
                                 .after_go_on = standing.after_go_on,
                                 .nudge = config->nudge,
                                 .quiet = runtime->quiet + one,
                                 .quiet_turns = config->quiet_turns,
                                 .turns = ending->ticket.turns + one,
                                 .max_turns = config->max_turns,
                                 .worked_ms = ending->ticket.worked_ms + ending->worked_ms,
                                 .max_runtime_ms = config->max_runtime_s * SECOND};
    return true;
}

static void judge(struct ending *ending) {
    struct over_ruling *ruling = &ending->done->ruling;

    *ruling = over_judge(&ending->facts);
    if (ending->over->by == OVER_BY_SIGNAL)
        *ruling = (struct over_ruling){.act = OVER_WORD, .why = "the agent's word"};
    /* A signal was first: what the screen shows of the reply must not keep out the one that is reported. */
    if (ruling->act == OVER_KEEP && ending->facts.seen)
        ruling->act = OVER_IGNORE;
    ending->done->from = ending->done->to = ending->ticket.status;
}

bool over_within(struct site *site, const struct over *over, struct over_done *done, struct err *err) {
    struct ending ending = {.site = site, .over = over, .done = done, .now = clock_now()};
    bool ok;

    *done = (struct over_done){0};
    ok = read_rows(&ending, err) && gather(&ending, err);
    if (ok) {
        judge(&ending);
        ok = ending_write(&ending, err);
    }
    forget_rows(&ending);
    return ok;
}

struct kept {
    struct reply reply;
    bool now; /* and not before */
};

/* A reply is kept for a turn of ours that ends by it or has ended: what is made up leaves no file, and what is said
 * before work in the background is done does not stand in the way of the reply. It is told again where the board does
 * not take it: until then it is no more than room that the event may need on a full disk. */
static bool keep_reply(struct site *site, const struct over *over, struct kept *kept, struct err *err) {
    struct reply *reply = &kept->reply;
    struct over_done none = {0};
    struct ending ending = {.site = site, .over = over, .done = &none};
    bool ok = read_rows(&ending, err) && gather(&ending, err);

    *reply = (struct reply){.run_id = over->run_id, .nonce = over->nonce, .bytes = over->reply, .n = over->reply_len};
    if (ok)
        judge(&ending);
    reply->rank = over_reply_rank(&ending.facts);
    if (ok && over->nonce && none.ruling.act != OVER_IGNORE && none.ruling.act != OVER_STILL)
        ok = reply_keep(site, reply, &kept->now, err);
    forget_rows(&ending);
    return ok;
}

bool over(struct site *site, const struct over *over, struct over_done *done, struct err *err) {
    struct kept kept = {.now = false};
    bool ok;

    *done = (struct over_done){0};
    ok = (!over->reply || keep_reply(site, over, &kept, err)) && board_begin(site->board, err) &&
         over_within(site, over, done, err) && board_commit(site->board, err);
    if (ok) {
        notify_flush(site);
        return true;
    }
    board_rollback(site->board);
    if (kept.now)
        reply_drop(site, &kept.reply);
    return false;
}

/* A turn that has not begun does so with the message that waits for it. */
static bool may_go_on(const struct ending *ending, bool *may, struct err *err) {
    const struct over *over = ending->over;
    struct over_prompts prompts;

    *may = over->nonce && which_turn(ending) == TOLD_NOW;
    if (over->nonce || ending->turn || !text_same(ending->runtime.run_id, over->run_id))
        return true;
    if (!over_prompts(ending->site, over, &prompts, err))
        return false;
    *may = prompts.any;
    return true;
}

static bool go_on(struct ending *ending, bool *moved, struct err *err) {
    const struct ticket *ticket = &ending->ticket;
    const struct resume again = {
        .ticket = ticket, .by = "mc-pickup", .why = "answered in its session", .now = ending->now};
    bool may;

    if (!read_rows(ending, err) || !may_go_on(ending, &may, err))
        return false;
    *moved = may && text_same(ticket->run_id, ending->over->run_id) && ticket->status == TICKET_NEEDS_INPUT &&
             class_is_reason(CLASS_AWAITING_HUMAN, ticket->failure_reason);
    return !*moved || resume(ending->site, &again, err);
}

bool over_goes_on(struct site *site, const struct runtime *runtime, bool *moved, struct err *err) {
    const struct over turn = {.ticket = runtime->ticket_id, .run_id = runtime->run_id, .nonce = runtime->turn_nonce};
    struct ending ending = {.site = site, .over = &turn, .now = clock_now()};
    bool ok;

    *moved = false;
    if (!board_begin(site->board, err))
        return false;
    ok = go_on(&ending, moved, err) && board_commit(site->board, err);
    if (!ok)
        board_rollback(site->board);
    forget_rows(&ending);
    return ok;
}

bool over_waits(struct site *site, const struct over_wait *wait, bool *moved, struct err *err) {
    const struct runtime *runtime = wait->runtime;
    char *turn = NULL;
    bool now;

    *moved = false;
    if (!over_turn(site, runtime, &turn, err))
        return false;
    now = !wait->nonce || text_same(wait->nonce, turn);
    free(turn);
    return !now || giveback_ask(site,
                                &(struct giveback){.ticket_id = runtime->ticket_id,
                                                   .run_id = runtime->run_id,
                                                   .runtime = runtime,
                                                   .class = CLASS_AWAITING_HUMAN,
                                                   .detail = wait->text,
                                                   .next = wait->next,
                                                   .screen = wait->screen,
                                                   .newer = wait->newer},
                                moved, err);
}
