#include "run/giveback.h"

#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/files.h"
#include "rules/record.h"
#include "rules/retry.h"
#include "run/end.h"
#include "run/notify.h"
#include "run/site.h"
#include "store/breakers.h"
#include "store/journal.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { REASON_MAX = 400, SECOND = 1000 };

/* What the tables say of this failure for this ticket. */
struct ruling {
    enum ticket_status to;
    int attempts;
    int64_t due;
    int64_t now;
};

/* One giving back under way. */
struct giving {
    struct site *site;
    const struct giveback *give;
    struct ticket ticket; /* as the transaction found it */
    struct ruling ruling;
    struct giveback_done *done;
    struct text record; /* "": none */
    struct text told;   /* what notify says of it */
};

static struct ruling rule_on(const struct giving *giving) {
    const struct config *config = &giving->site->config;
    const struct giveback *give = giving->give;
    const struct ticket *ticket = &giving->ticket;
    const struct class_rule *rule = class_rule(give->class);
    struct ruling ruling = {.to = TICKET_TODO, .attempts = ticket->attempts, .now = clock_now()};
    int64_t backoff = config->retry.backoff_s * SECOND, longest = config->retry.backoff_max_s * SECOND;

    if (give->uncounted) {
        ruling.due =
            ticket->world_failures ? ruling.now + retry_world_delay(ticket->world_failures, backoff, longest) : 0;
        return ruling;
    }
    if (rule->move == MOVE_TODO_AFTER_PAUSE && give->pause_ms > 0) {
        ruling.due = ruling.now + give->pause_ms;
        return ruling;
    }
    if (giving->done->tally.world) {
        ruling.due = ruling.now + retry_world_delay(ticket->world_failures + 1, backoff, longest);
        return ruling;
    }
    ruling.attempts++;
    if (ruling.attempts >= config->retry.max_attempts)
        ruling.to = TICKET_BLOCKED;
    else
        ruling.due = ruling.now + retry_delay(ruling.attempts, backoff, longest, random_number());
    return ruling;
}

static void write_reason(struct text *out, const struct giveback *give) {
    text_addf(out, "%s: ", send_class_name(give->class));
    if (give->detail)
        clean_line(out, give->detail, strlen(give->detail), REASON_MAX);
}

/* What to do, and the commands for it. */
static void add_actions(struct record *record, const struct giving *giving, const char *key) {
    const struct giveback *give = giving->give;
    const char *own = give->runtime ? give->runtime->profile : giving->ticket.profile;
    char *next =
        give->next ? xstrdup(give->next) : class_next(give->class, key, own ? own : giving->site->config.profile);
    const char *look = give->ends_agent ? "log" : "attach";

    argv_add(&record->next_actions, next);
    if (giving->ruling.to == TICKET_TODO)
        argv_addf(&record->next_actions, "mc-ticket show %s tells more; it is tried again by itself", key);
    if (giving->ruling.to == TICKET_BLOCKED)
        argv_addf(&record->next_actions, "look with mc-ticket show %s; when the cause is mended: mc-ticket reopen %s",
                  key, key);
    if (giving->ruling.to == TICKET_NEEDS_INPUT && !strstr(next, "mc-ticket answer "))
        argv_addf(&record->next_actions, "look with mc-ticket %s %s, then mc-ticket answer %s TEXT", look, key, key);
    free(next);
}

static void write_record(struct giving *giving) {
    const struct site *site = giving->site;
    const struct giveback *give = giving->give;
    const struct ruling *ruling = &giving->ruling;
    const struct class_rule *rule = class_rule(give->class);
    char key[KEY_SIZE];
    struct text reason = {0};
    char *stop = xasprintf("%d of %lld attempts used", ruling->attempts, (long long)site->config.retry.max_attempts);
    struct record record = {
        .status = ticket_status_name(ruling->to),
        .root_cause = give->cause ? give->cause : rule->why,
        .safe_retry = rule->safe_retry,
        .stop_condition = stop,
        .human_input_required = rule->human_input_required || ruling->to != TICKET_TODO,
    };

    site_key(site, give->ticket_id, key);
    write_reason(&reason, give);
    record.summary = text_str(&reason);
    add_actions(&record, giving, key);
    argv_addf(&record.artifacts, "ticket:%s", key);
    argv_addf(&record.artifacts, "run:%s", give->run_id);
    if (give->runtime && give->runtime->pane_log_path && files_exists(give->runtime->pane_log_path))
        argv_addf(&record.artifacts, "log:%s", give->runtime->pane_log_path);
    record_text(&giving->record, &record);
    record_told(&giving->told, &record);
    record_release(&record);
    text_release(&reason);
    free(stop);
}

static bool write_entry(struct giving *giving, struct journal_row row, struct err *err) {
    row.ticket_id = giving->give->ticket_id;
    row.run_id = giving->give->run_id;
    row.author = "mc-pickup";
    row.now = clock_now();
    return journal_add(giving->site->board, &row, err);
}

static bool write_death(struct giving *giving, struct err *err) {
    const char *death = giving->give->death;

    return !death || write_entry(giving, (struct journal_row){.kind = "death", .body = death}, err);
}

static bool write_journal(struct giving *giving, struct err *err) {
    const char *screen = giving->give->screen, *record = text_str(&giving->record);

    if (!write_death(giving, err))
        return false;
    if (screen && !write_entry(giving, (struct journal_row){.kind = "screen", .body = screen}, err))
        return false;
    return write_entry(giving, (struct journal_row){.kind = "terminal_state", .body = record}, err);
}

/* The intent, with what the failure was: a pickup that finds this one dead goes on with the same reason. */
static bool intend_end(struct site *site, const struct giveback *give, struct err *err) {
    struct board *board = site->board;
    const char *class = send_class_name(give->class);
    int64_t now = clock_now();
    const struct run_settle settle = {
        .run_id = give->run_id, .outcome = give->outcome, .class = class, .detail = give->detail, .now = now};
    const struct effect_write kill = {.run_id = give->run_id, .kind = EFFECT_KILL, .detail = class, .now = now};
    bool ok = board_begin(board, err) && runs_settle(board, &settle, NULL, err) && effects_intend(board, &kill, err) &&
              board_commit(board, err);

    if (!ok)
        board_rollback(board);
    return ok;
}

/* *retired: by this call, and not by another pickup that healed the same a moment before; else it stays false. */
static bool retire(struct giving *giving, bool *retired, struct err *err) {
    struct board *board = giving->site->board;
    const struct giveback *give = giving->give;
    int64_t now = giving->ruling.now;
    struct effect_write write = {.run_id = give->run_id, .kind = EFFECT_KILL, .state = EFFECT_DONE, .now = now};

    if (give->agent_may_live && !effects_result(board, &write, NULL, err))
        return false;
    write.state = EFFECT_FAILED;
    write.detail = give->detail;
    write.kind = EFFECT_SPAWN;
    if (!effects_result(board, &write, NULL, err))
        return false;
    write.kind = EFFECT_SEND;
    if (!effects_result(board, &write, NULL, err))
        return false;
    return !give->runtime || runtimes_retire(board,
                                             &(struct runtime_change){.session_key = give->runtime->session_key,
                                                                      .run_id = give->run_id,
                                                                      .to = give->to,
                                                                      .reason = send_class_name(give->class),
                                                                      .now = now},
                                             retired, err);
}

/* Did the ticket fail like this the time before, and the world has failed it ever since? */
static bool look_back(struct giving *giving, struct err *err) {
    const struct giveback *give = giving->give;
    const struct queue_run run = {.ticket = give->ticket_id,
                                  .run_id = give->run_id,
                                  .class = send_class_name(give->class),
                                  .detail = class_has_many_causes(give->class) ? give->detail : NULL};

    return !giving->ticket.world_failures ||
           queue_failed_alike(giving->site->board, &run, &giving->done->tally.repeated, err);
}

/* What the failure is for the ticket and for what it needs, as long as the ticket is the run's. */
static bool weigh(struct giving *giving, struct err *err) {
    const struct ticket *ticket = &giving->ticket;
    const struct giveback *give = giving->give;
    bool ours = ticket->status == TICKET_IN_PROGRESS && text_same(ticket->run_id, give->run_id);
    const struct failure failure = {.class = give->class,
                                    .ticket = give->ticket_id,
                                    .profile = give->runtime ? give->runtime->profile : NULL,
                                    .detail = give->detail,
                                    .next = give->next,
                                    .own_place = give->own_place,
                                    .workspace = give->workspace,
                                    .shared = give->shared,
                                    .early = give->early};

    return !ours || give->uncounted ||
           (look_back(giving, err) && tally_count(giving->site, &failure, &giving->done->tally, err));
}

/* What failed for a reason that is not the ticket's goes behind the others; an abandoned claim keeps its place once. */
static bool requeue(const struct giving *giving, struct err *err) {
    const struct giveback *give = giving->give;
    bool stays = give->uncounted && !giving->ticket.world_failures;
    const struct queue_back back = {
        .ticket = give->ticket_id, .world = true, .now = stays ? giving->ticket.queued_at : giving->ruling.now};

    if (!giving->done->moved || !(give->uncounted || giving->done->tally.world))
        return true;
    return queue_back(giving->site->board, &back, err);
}

/* In the words of the ticket's failure_reason. */
static void write_line(struct text *out, const struct giveback *give) {
    write_reason(out, give);
    if (give->next)
        text_addf(out, "; %s", give->next);
}

/* For notify, after the record. */
static bool write_notice(struct giving *giving, struct err *err) {
    return notice_add(giving->site,
                      &(struct notice){.ticket = giving->give->ticket_id,
                                       .run_id = giving->give->run_id,
                                       .to = giving->ruling.to,
                                       .text = text_str(&giving->told),
                                       .record = text_str(&giving->record)},
                      err);
}

/* Is it the next question of an agent whose ticket waits with one? */
static bool asks_anew(const struct giving *giving, const char *reason) {
    const struct ticket *ticket = &giving->ticket;
    const char *old = ticket->failure_reason;

    return giving->give->newer && ticket->status == TICKET_NEEDS_INPUT && class_is_reason(giving->give->class, old) &&
           strcmp(old, reason) != 0;
}

static bool move_ticket(struct giving *giving, bool *moved, struct err *err) {
    const struct giveback *give = giving->give;
    const struct ruling *ruling = &giving->ruling;
    struct text reason = {0};
    bool asks = ruling->to == TICKET_NEEDS_INPUT;
    bool ok;

    write_line(&reason, give);
    ok = tickets_move(giving->site->board,
                      &(struct ticket_move){
                          .id = give->ticket_id,
                          .from = asks_anew(giving, text_str(&reason)) ? TICKET_NEEDS_INPUT : TICKET_IN_PROGRESS,
                          .to = ruling->to,
                          .run_id = give->run_id,
                          .failure_reason = give->uncounted ? NULL : text_str(&reason),
                          .attempts = ruling->attempts,
                          .next_attempt_at = ruling->due,
                          .clear_worker = !asks,
                          .now = ruling->now,
                      },
                      moved, err);
    text_release(&reason);
    return ok;
}

static bool end_run(struct giving *giving, bool *retired, struct err *err) {
    struct board *board = giving->site->board;
    const struct giveback *give = giving->give;
    enum ticket_status is = giving->ticket.status;
    /* By an abandoned claim nothing was told, whatever a hand has made of its ticket since. */
    bool delivered = give->outcome != RUN_ABANDONED && (is == TICKET_IN_REVIEW || is == TICKET_DONE);
    const struct run_settle settle = {.run_id = give->run_id,
                                      .outcome = give->outcome,
                                      .class = send_class_name(give->class),
                                      .detail = give->detail,
                                      .end = true,
                                      .now = giving->ruling.now};

    return retire(giving, retired, err) && (delivered || messages_give_back(board, give->run_id, give->detail, err)) &&
           runs_settle(board, &settle, NULL, err);
}

/* Its story: one record an event. */
static bool tell(struct giving *giving, bool retired, struct err *err) {
    const struct giveback *give = giving->give;

    if (give->uncounted || give->said || giving->done->tally.repeated)
        return true;
    if (giving->done->moved) {
        write_record(giving);
        return write_journal(giving, err) && write_notice(giving, err);
    }
    return !retired || write_death(giving, err);
}

static bool write_rows(struct giving *giving, struct err *err) {
    struct giveback_done *done = giving->done;
    bool retired = false;

    if (!tickets_get(giving->site->board, giving->give->ticket_id, &giving->ticket, err) || !weigh(giving, err))
        return false;
    giving->ruling = rule_on(giving);
    done->due = giving->ruling.due;
    if (!end_run(giving, &retired, err) || !move_ticket(giving, &done->moved, err) || !requeue(giving, err))
        return false;
    done->status = done->moved ? giving->ruling.to : giving->ticket.status;
    return tell(giving, retired, err);
}

static void giving_end(struct giving *giving, bool ok) {
    if (!ok)
        board_rollback(giving->site->board);
    else
        notify_flush(giving->site);
    ticket_release(&giving->ticket);
    text_release(&giving->record);
    text_release(&giving->told);
}

bool giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err) {
    struct giving giving = {.site = site, .give = give, .done = done};
    bool ok;

    *done = (struct giveback_done){0};
    if (give->agent_may_live &&
        ((!give->end_intended && !intend_end(site, give, err)) || !end_agent(site, give->runtime, err)))
        return false;
    if (!board_begin(site->board, err))
        return false;
    ok = write_rows(&giving, err) && board_commit(site->board, err);
    giving_end(&giving, ok);
    return ok;
}

static bool intend_kill(const struct giving *giving, struct err *err) {
    const struct giveback *give = giving->give;

    return effects_intend(giving->site->board,
                          &(struct effect_write){.run_id = give->run_id,
                                                 .kind = EFFECT_KILL,
                                                 .detail = send_class_name(give->class),
                                                 .now = giving->ruling.now},
                          err);
}

static bool ask(struct giving *giving, bool *moved, struct err *err) {
    struct board *board = giving->site->board;
    const struct giveback *give = giving->give;

    if (!tickets_get(board, give->ticket_id, &giving->ticket, err))
        return false;
    giving->ruling = (struct ruling){.to = TICKET_NEEDS_INPUT, .attempts = giving->ticket.attempts, .now = clock_now()};
    if (!move_ticket(giving, moved, err) || !runs_settle(board,
                                                         &(struct run_settle){.run_id = give->run_id,
                                                                              .outcome = RUN_ASKED,
                                                                              .class = send_class_name(give->class),
                                                                              .detail = give->detail,
                                                                              .now = giving->ruling.now},
                                                         NULL, err))
        return false;
    if (!*moved)
        return true;
    write_record(giving);
    return write_journal(giving, err) && write_notice(giving, err) && (!give->ends_agent || intend_kill(giving, err));
}

bool giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err) {
    struct giving giving = {.site = site, .give = give};
    bool ok;

    *moved = false;
    if (!board_begin(site->board, err))
        return false;
    ok = ask(&giving, moved, err) && board_commit(site->board, err);
    giving_end(&giving, ok);
    return ok;
}
