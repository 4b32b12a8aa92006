#include "run/giveback.h"

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "rules/record.h"
#include "rules/retry.h"
#include "run/end.h"
#include "run/notify.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { REASON_MAX = 400, SECOND = 1000 };

/* What the tables say of this failure for this ticket. */
struct ruling {
    enum ticket_status to;
    int attempts;
    int64_t due;
    int64_t now;
    /* What came of it. */
    bool retired; /* by this call, and not by another pickup that healed the same a moment before */
    bool moved;
};

/* The giving back under way. */
struct giving {
    struct giveback_done *done;
    struct ruling ruling;
    struct text record; /* for notify; empty: nothing to tell */
};

static struct ruling rule_on(const struct site *site, const struct giveback *give, const struct ticket *ticket) {
    const struct config *config = &site->config;
    const struct class_rule *rule = class_rule(give->class);
    struct ruling ruling = {.to = TICKET_TODO, .attempts = ticket->attempts, .now = clock_now()};
    int64_t backoff = config->retry.backoff_s * SECOND;

    if (give->uncounted)
        return ruling;
    if (rule->blame != BLAME_TICKET || rule->move == MOVE_TODO_AFTER_PAUSE) {
        /* Uncounted, yet put off: one broken profile must not stand first in line for ever. */
        ruling.due = ruling.now + (give->pause_ms > 0 ? give->pause_ms : backoff);
        return ruling;
    }
    ruling.attempts++;
    if (ruling.attempts >= config->retry.max_attempts)
        ruling.to = TICKET_BLOCKED;
    else
        ruling.due =
            ruling.now + retry_delay(ruling.attempts, backoff, config->retry.backoff_max_s * SECOND, random_number());
    return ruling;
}

static void write_reason(struct text *out, const struct giveback *give) {
    text_addf(out, "%s: ", send_class_name(give->class));
    clean_line(out, give->detail ? give->detail : "", give->detail ? strlen(give->detail) : 0, REASON_MAX);
}

static void write_record(const struct site *site, const struct giveback *give, const struct ruling *ruling,
                         struct text *out) {
    const struct class_rule *rule = class_rule(give->class);
    char key[KEY_SIZE];
    struct text reason = {0};
    char *stop = xasprintf("%d of %lld attempts used", ruling->attempts, (long long)site->config.retry.max_attempts);
    struct record record = {
        .status = ticket_status_name(ruling->to),
        .root_cause = rule->why,
        .safe_retry = rule->safe_retry,
        .stop_condition = stop,
        .human_input_required = rule->human_input_required || ruling->to != TICKET_TODO,
    };

    site_key(site, give->ticket_id, key);
    write_reason(&reason, give);
    record.summary = text_str(&reason);
    argv_add(&record.next_actions, rule->next_action);
    if (ruling->to == TICKET_BLOCKED)
        argv_addf(&record.next_actions, "when the cause is mended: mc-ticket reopen %s", key);
    if (ruling->to == TICKET_NEEDS_INPUT)
        argv_addf(&record.next_actions, "look with mc-ticket attach %s, then mc-ticket answer %s TEXT", key, key);
    argv_addf(&record.artifacts, "ticket:%s", key);
    argv_addf(&record.artifacts, "run:%s", give->run_id);
    if (give->runtime && give->runtime->pane_log_path)
        argv_addf(&record.artifacts, "log:%s", give->runtime->pane_log_path);
    record_text(out, &record);
    record_release(&record);
    text_release(&reason);
    free(stop);
}

static bool write_entry(struct site *site, const struct giveback *give, struct journal_row row, struct err *err) {
    row.ticket_id = give->ticket_id;
    row.run_id = give->run_id;
    row.author = "mc-pickup";
    row.now = clock_now();
    return journal_add(site->board, &row, err);
}

static bool write_death(struct site *site, const struct giveback *give, struct err *err) {
    return !give->death || write_entry(site, give, (struct journal_row){.kind = "death", .body = give->death}, err);
}

static bool write_journal(struct site *site, const struct giveback *give, const char *record, struct err *err) {
    if (!write_death(site, give, err))
        return false;
    if (give->screen && !write_entry(site, give, (struct journal_row){.kind = "screen", .body = give->screen}, err))
        return false;
    return write_entry(site, give, (struct journal_row){.kind = "terminal_state", .body = record}, err);
}

/* The intent, with what the failure was: a pickup that finds this one dead goes on with the same reason. */
static bool intend_end(struct site *site, const struct giveback *give, struct err *err) {
    struct board *board = site->board;
    int64_t now = clock_now();
    bool ok = board_begin(board, err) &&
              runs_settle(board,
                          &(struct run_settle){.run_id = give->run_id,
                                               .outcome = give->outcome,
                                               .class = send_class_name(give->class),
                                               .detail = give->detail,
                                               .now = now},
                          NULL, err) &&
              effects_intend(
                  board,
                  &(struct effect_write){
                      .run_id = give->run_id, .kind = EFFECT_KILL, .detail = send_class_name(give->class), .now = now},
                  err) &&
              board_commit(board, err);

    if (!ok)
        board_rollback(board);
    return ok;
}

static bool retire(struct site *site, const struct giveback *give, struct ruling *ruling, struct err *err) {
    struct board *board = site->board;
    int64_t now = ruling->now;

    if (give->agent_may_live &&
        !effects_result(
            board,
            &(struct effect_write){.run_id = give->run_id, .kind = EFFECT_KILL, .state = EFFECT_DONE, .now = now}, NULL,
            err))
        return false;
    if (!effects_result(board,
                        &(struct effect_write){.run_id = give->run_id,
                                               .kind = EFFECT_SPAWN,
                                               .state = EFFECT_FAILED,
                                               .detail = give->detail,
                                               .now = now},
                        NULL, err) ||
        !effects_result(board,
                        &(struct effect_write){.run_id = give->run_id,
                                               .kind = EFFECT_SEND,
                                               .state = EFFECT_FAILED,
                                               .detail = give->detail,
                                               .now = now},
                        NULL, err))
        return false;
    return !give->runtime || runtimes_retire(board,
                                             &(struct runtime_change){.session_key = give->runtime->session_key,
                                                                      .run_id = give->run_id,
                                                                      .to = give->to,
                                                                      .reason = send_class_name(give->class),
                                                                      .now = now},
                                             &ruling->retired, err);
}

bool giveback_count(struct site *site, enum send_class class, int64_t *opened_until, struct err *err) {
    const struct class_rule *rule = class_rule(class);
    struct breaker breaker = {0};

    *opened_until = 0;
    if (!class_is_world(class))
        return true;
    if (!breaker_load(site->board, &breaker, err))
        return false;
    if (breaker_fail(&breaker, rule->name, rule->blame == BLAME_WORLD_AT_ONCE, clock_now()))
        *opened_until = breaker.open_until;
    return breaker_store(site->board, &breaker, err);
}

static bool move_ticket(struct site *site, const struct giveback *give, struct ruling *ruling, struct err *err) {
    struct text reason = {0};
    bool asks = ruling->to == TICKET_NEEDS_INPUT;
    bool ok;

    write_reason(&reason, give);
    ok = tickets_move(site->board,
                      &(struct ticket_move){
                          .id = give->ticket_id,
                          .from = TICKET_IN_PROGRESS,
                          .to = ruling->to,
                          .run_id = give->run_id,
                          .failure_reason = give->uncounted ? NULL : text_str(&reason),
                          .attempts = ruling->attempts,
                          .next_attempt_at = ruling->due,
                          .clear_worker = !asks,
                          .now = ruling->now,
                      },
                      &ruling->moved, err);
    text_release(&reason);
    return ok;
}

/* The story of a failure that counts, and what notify is told of it. */
static bool write_story(struct site *site, const struct giveback *give, struct giving *giving, struct err *err) {
    const struct ruling *ruling = &giving->ruling;

    if (ruling->moved) {
        write_record(site, give, ruling, &giving->record);
        return write_journal(site, give, text_str(&giving->record), err) &&
               giveback_count(site, give->class, &giving->done->breaker_until, err);
    }
    return !ruling->retired || write_death(site, give, err);
}

/* All rows of it. */
static bool write_rows(struct site *site, const struct giveback *give, struct giving *giving, struct err *err) {
    struct ticket ticket = {0};
    struct ruling *ruling = &giving->ruling;
    bool delivered;
    bool ok = tickets_get(site->board, give->ticket_id, &ticket, err);

    if (!ok)
        goto out;
    delivered = ticket.status == TICKET_IN_REVIEW || ticket.status == TICKET_DONE;
    *ruling = rule_on(site, give, &ticket);
    ok = retire(site, give, ruling, err) &&
         (delivered || messages_give_back(site->board, give->run_id, give->detail, err)) &&
         runs_settle(site->board,
                     &(struct run_settle){.run_id = give->run_id,
                                          .outcome = give->outcome,
                                          .class = send_class_name(give->class),
                                          .detail = give->detail,
                                          .end = true,
                                          .now = ruling->now},
                     NULL, err) &&
         move_ticket(site, give, ruling, err);
    giving->done->due = ruling->due;
    giving->done->moved = ruling->moved;
    giving->done->status = ruling->moved ? ruling->to : ticket.status;
    if (ok && !give->uncounted)
        ok = write_story(site, give, giving, err);
out:
    ticket_release(&ticket);
    return ok;
}

bool giveback(struct site *site, const struct giveback *give, struct giveback_done *done, struct err *err) {
    struct giving giving = {.done = done};
    bool ok = false;

    *done = (struct giveback_done){0};
    if (give->agent_may_live &&
        ((!give->end_intended && !intend_end(site, give, err)) || !end_agent(site, give->runtime, err)))
        return false;
    if (!board_begin(site->board, err))
        return false;
    ok = write_rows(site, give, &giving, err) && board_commit(site->board, err);
    if (!ok)
        board_rollback(site->board);
    if (ok && giving.record.len)
        notify(site, text_str(&giving.record));
    text_release(&giving.record);
    return ok;
}

bool giveback_ask(struct site *site, const struct giveback *give, bool *moved, struct err *err) {
    struct text record = {0};
    struct ticket ticket = {0};
    struct ruling ruling = {.to = TICKET_NEEDS_INPUT, .now = clock_now()};
    bool ok;

    *moved = false;
    if (!board_begin(site->board, err))
        return false;
    ok = tickets_get(site->board, give->ticket_id, &ticket, err);
    ruling.attempts = ticket.attempts;
    ok = ok && move_ticket(site, give, &ruling, err) &&
         runs_settle(site->board,
                     &(struct run_settle){.run_id = give->run_id,
                                          .outcome = RUN_ASKED,
                                          .class = send_class_name(give->class),
                                          .detail = give->detail,
                                          .now = ruling.now},
                     NULL, err);
    *moved = ruling.moved;
    if (ok && *moved) {
        write_record(site, give, &ruling, &record);
        ok = write_journal(site, give, text_str(&record), err);
    }
    ok = ok && board_commit(site->board, err);
    if (!ok)
        board_rollback(site->board);
    if (ok && record.len)
        notify(site, text_str(&record));
    ticket_release(&ticket);
    text_release(&record);
    return ok;
}
