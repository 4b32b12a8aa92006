#include "pickup/remedy.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "pickup/lastword.h"
#include "pickup/mend.h"
#include "pickup/observe.h"
#include "pickup/remedy_session.h"
#include "pickup/resolve.h"
#include "pickup/state.h"
#include "rules/heal.h"
#include "rules/heal_seen.h"
#include "run/death.h"
#include "run/end.h"
#include "run/giveback.h"
#include "run/takeover.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/snapshot.h"
#include "store/tickets.h"

/* One repair under way: the case as it is now, which still calls for it. */
struct cure {
    struct pickup *pickup;
    struct site *site;
    const struct world *world;
    const struct repair *repair;
    struct world_case now;
};

static void case_release(struct world_case *one) {
    ticket_release(&one->ticket);
    run_release(&one->run);
    runtime_release(&one->runtime);
    message_release(&one->message);
}

static void say(const struct cure *cure, const char *to) {
    const struct world_case *one = &cure->now;
    char key[KEY_SIZE];

    site_key(cure->site, one->ticket_exists ? one->ticket.id : one->runtime.ticket_id, key);
    report_healed(&cure->pickup->report,
                  &(struct report_healed){.rule = heal_rule_name(cure->repair->rule),
                                          .ticket = key,
                                          .from = one->ticket_exists ? ticket_status_name(one->ticket.status)
                                                                     : "runtime without a ticket",
                                          .to = one->ticket_exists ? to : "closed",
                                          .pid = one->runtime.agent.pid});
}

static bool adopt(struct cure *cure, bool *changed, struct err *err) {
    const struct world_case *one = &cure->now;
    struct takeover_done done = {0};

    if (!takeover(cure->site,
                  &(struct takeover){.session_key = one->runtime.session_key,
                                     .ticket_id = one->ticket.id,
                                     .run_id = one->runtime.run_id,
                                     .nonce = one->message.nonce,
                                     .path = ADOPT_RECONCILE,
                                     .why = cure->repair->reason},
                  &done, err))
        return false;
    *changed = done.changed;
    if (done.changed)
        say(cure, ticket_status_name(TICKET_IN_PROGRESS));
    return true;
}

/* The rows of a spawn that came off: pane, process, and the turn that went along or waits. Whether its agent took it
 * is looked at next (resolve.c). */
static bool write_spawn(struct cure *cure, const struct identity *agent, bool *changed, struct err *err) {
    struct board *board = cure->site->board;
    const struct world_case *one = &cure->now;
    const struct runtime *runtime = &one->runtime;
    bool carried = one->message.id && !one->send_recorded;

    if (!runtimes_set_agent(board,
                            &(struct runtime_agent){.session_key = runtime->session_key,
                                                    .run_id = runtime->run_id,
                                                    .pane_id = one->pane_id,
                                                    .agent = agent,
                                                    .now = clock_now()},
                            changed, err) ||
        !effects_result(board,
                        &(struct effect_write){.run_id = runtime->run_id,
                                               .kind = EFFECT_SPAWN,
                                               .state = EFFECT_DONE,
                                               .detail = one->pane_id,
                                               .now = clock_now()},
                        NULL, err))
        return false;
    if (runtime->status != RUNTIME_SPAWNING)
        return true;
    if (!carried)
        return runtimes_settle_idle(board,
                                    &(struct runtime_change){.session_key = runtime->session_key,
                                                             .run_id = runtime->run_id,
                                                             .now = clock_now()},
                                    NULL, err);
    return runtimes_take_turn(board,
                              &(struct runtime_change){.session_key = runtime->session_key,
                                                       .run_id = runtime->run_id,
                                                       .nonce = one->message.nonce,
                                                       .tick = site_tick(cure->site),
                                                       .now = clock_now()},
                              NULL, err);
}

/* Another that healed at the same time may have recorded it already, and its agent ended its turn since. */
static bool still_as_seen(struct board *board, const struct runtime *seen, bool *as_seen, struct err *err) {
    struct runtime row = {0};
    bool ok = runtimes_get(board, seen->session_key, &row, err);

    *as_seen = ok && row.session_key && !strcmp(row.run_id, seen->run_id) && row.status == seen->status &&
               row.agent.pid == seen->agent.pid && row.agent.start == seen->agent.start;
    runtime_release(&row);
    return ok;
}

static bool record_pid(struct cure *cure, bool *changed, struct err *err) {
    struct board *board = cure->site->board;
    const struct world_case *one = &cure->now;
    struct identity agent = one->runtime.agent;
    bool as_seen, ok;

    if (!identity_known(&agent))
        end_identify(cure->site, &(struct end_pane){one->runtime.run_id, one->pane_pid, one->pane_dead}, &agent);
    if (!identity_known(&agent))
        return true; /* it has just died: the next look says so */
    if (!board_begin(board, err))
        return false;
    ok = still_as_seen(board, &one->runtime, &as_seen, err) && (!as_seen || write_spawn(cure, &agent, changed, err)) &&
         (!*changed || journal_add(board,
                                   &(struct journal_row){.ticket_id = one->ticket.id,
                                                         .run_id = one->runtime.run_id,
                                                         .author = "mc-pickup",
                                                         .kind = "healed",
                                                         .body = cure->repair->reason,
                                                         .now = clock_now()},
                                   err));
    if (ok && *changed)
        ok = board_commit(board, err);
    else
        board_rollback(board);
    if (ok && *changed)
        say(cure, ticket_status_name(one->ticket.status));
    return ok;
}

/* Its agent lives and is ended for what it does not do: nobody has died. */
static bool ends_living(const struct cure *cure) {
    return cure->repair->rule == HEAL_STALLED || cure->repair->rule == HEAL_EXPIRED;
}

/* What a run that ended badly is called: what its pickup had found before it died, else what healing sees. */
static enum send_class class_of(const struct cure *cure) {
    int recorded = cure->now.kill_pending ? send_class_from(cure->now.run.class) : -1;

    if (recorded >= 0)
        return (enum send_class)recorded;
    return ends_living(cure) ? CLASS_TIMEOUT : CLASS_WORKER_DIED;
}

/* Of another pid namespace nothing but what was missed there tells of its end. */
static void add_cause(const struct cure *cure, struct text *death, struct text *summary) {
    if (!seen_gone_elsewhere(cure->world, &cure->now))
        return;
    text_addf(summary, ": %s", cure->repair->reason);
    text_addf(death, "\nwhy: %s", cure->repair->reason);
}

static bool retire(struct cure *cure, bool *changed, struct err *err) {
    const struct world_case *one = &cure->now;
    struct text death = {0}, summary = {0};
    struct giveback_done done = {0};
    bool died = !ends_living(cure) && class_of(cure) == CLASS_WORKER_DIED;
    struct giveback give = {.ticket_id = one->ticket.id,
                            .run_id = one->runtime.run_id,
                            .runtime = &one->runtime,
                            .class = class_of(cure),
                            .detail = one->run.detail ? one->run.detail : cure->repair->reason,
                            .next = heal_next(cure->repair->rule),
                            .cause = heal_cause(cure->repair->rule),
                            .agent_may_live = true,
                            .end_intended = one->kill_pending,
                            .to = RUNTIME_DEAD,
                            .outcome = RUN_FAILED};
    bool untold = one->message.id && seen_ticket_closed(one), ok;

    if (died) {
        if (!lastword_take(cure->pickup, one, err))
            return false;
        death_look(cure->site, &one->runtime, &death, &summary);
        add_cause(cure, &death, &summary);
        give.cause = death_cause(&one->runtime, one->message.id != 0);
        give.death = text_str(&death);
        give.detail = text_str(&summary);
    }
    ok = (!untold || messages_give_back(cure->site->board, give.run_id, give.detail, err)) &&
         giveback(cure->site, &give, &done, err);
    if (ok) {
        *changed = true;
        say(cure, ticket_status_name(done.status));
        if (done.moved && tally_is_news(&done.tally)) {
            struct text waits = {0};
            char key[KEY_SIZE];

            site_key(cure->site, one->ticket.id, key);
            tally_words(&done.tally, &waits);
            report_warn(&cure->pickup->report, "%s: %s: %s; the ticket is %s%s; see mc-ticket show %s", key,
                        heal_rule_name(cure->repair->rule), give.detail, ticket_status_name(done.status),
                        text_str(&waits), key);
            text_release(&waits);
        }
    }
    text_release(&death);
    text_release(&summary);
    return ok;
}

/* Without it nothing is started any more, whoever still has the order. */
static void remove_launch(const struct site *site, const char *run_id) {
    char *file = site_launch_file(site, run_id);

    files_remove(file);
    free(file);
}

/* A claim without anything started. The tmux client of the dead pickup, or its server, may still be at it: look for
 * both right before. */
static bool release(struct cure *cure, bool *changed, struct err *err) {
    const struct world_case *one = &cure->now;
    const char *run_id = one->runtime_exists ? one->runtime.run_id : one->run.run_id;
    struct giveback_done done = {0};

    if (proc_client_underway(run_id))
        return true;
    remove_launch(cure->site, run_id);
    observe_again(cure->site, &cure->now);
    if (one->session == SEEN_UNKNOWN || (one->session == SEEN_YES && one->session_ours && !one->pane_dead))
        return true;
    if (!giveback(cure->site,
                  &(struct giveback){.ticket_id = one->ticket.id,
                                     .run_id = run_id,
                                     .runtime = one->runtime_exists ? &one->runtime : NULL,
                                     .class = CLASS_WORKER_DIED,
                                     .detail = cure->repair->reason,
                                     .agent_may_live = one->runtime_exists,
                                     .end_intended = one->kill_pending,
                                     .uncounted = true,
                                     .to = RUNTIME_DEAD,
                                     .outcome = RUN_ABANDONED},
                  &done, err))
        return false;
    *changed = true;
    say(cure, ticket_status_name(done.status));
    return true;
}

/* Its run before its row: nobody looks at the run of a row that is closed. What nobody is sending any more goes back,
 * as with a cancel. */
static bool close_runtime(struct cure *cure, bool *changed, struct err *err) {
    const struct world_case *one = &cure->now;
    const struct end_as closed = {.to = RUNTIME_CLOSED, .reason = heal_rule_name(cure->repair->rule)};
    const struct run_settle over = {.run_id = one->runtime.run_id,
                                    .outcome = RUN_STOPPED,
                                    .detail = cure->repair->reason,
                                    .end = true,
                                    .now = clock_now()};
    struct board *board = cure->site->board;
    bool ok = (!one->message.id || messages_give_back(board, over.run_id, over.detail, err)) &&
              (one->run.ended_at || runs_settle(board, &over, NULL, err));

    /* Without its run's row no effect can be written: nothing but the row is left to close. */
    *changed = ok && (one->kill_pending || !one->run_exists ? end_intended(cure->site, &one->runtime, &closed, err)
                                                            : end_runtime(cure->site, &one->runtime, &closed, err));
    if (*changed)
        say(cure, ticket_status_name(one->ticket.status));
    return *changed;
}

/* Killed in between, the intent stands: whose ticket is not its own any more is closed. */
static bool park(struct cure *cure, bool *changed, struct err *err) {
    const struct world_case *one = &cure->now;
    const struct end_as closed = {.to = RUNTIME_CLOSED, .reason = heal_rule_name(cure->repair->rule)};
    const struct giveback give = {.ticket_id = one->ticket.id,
                                  .run_id = one->runtime.run_id,
                                  .runtime = &one->runtime,
                                  .class = CLASS_TIMEOUT,
                                  .detail = cure->repair->reason,
                                  .next = heal_next(cure->repair->rule),
                                  .cause = heal_cause(cure->repair->rule),
                                  .ends_agent = true};
    bool moved;

    if (!giveback_ask(cure->site, &give, &moved, err))
        return false;
    if (!moved)
        return true;
    *changed = true;
    say(cure, ticket_status_name(TICKET_NEEDS_INPUT));
    return end_intended(cure->site, &one->runtime, &closed, err);
}

/* What is written without a look outside. */
static bool mend(struct cure *cure, bool (*by)(struct mend *, struct err *), bool *changed, struct err *err) {
    struct mend mend = {
        .site = cure->site, .report = &cure->pickup->report, .one = &cure->now, .reason = cure->repair->reason};
    bool ok = by(&mend, err);

    *changed = mend.changed;
    return ok;
}

static bool release_unowned(struct cure *cure, bool *changed, struct err *err) {
    bool ok = mend(cure, mend_unowned, changed, err);

    if (ok && *changed)
        say(cure, ticket_status_name(TICKET_TODO));
    return ok;
}

static bool resolve(struct cure *cure, bool *changed, struct err *err) {
    struct ticket after = {0};
    bool ok = resolve_send(cure->pickup, &cure->now, changed, err);

    if (ok && *changed && (ok = tickets_get(cure->site->board, cure->now.ticket.id, &after, err)))
        say(cure, ticket_status_name(after.status));
    ticket_release(&after);
    return ok;
}

static bool apply_to_case(struct cure *cure, bool *changed, struct err *err) {
    switch (cure->repair->remedy) {
    case REMEDY_ADOPT:
        return adopt(cure, changed, err);
    case REMEDY_RECORD_PID:
        return record_pid(cure, changed, err);
    case REMEDY_RETIRE:
        return retire(cure, changed, err);
    case REMEDY_RELEASE:
        return cure->now.run_exists ? release(cure, changed, err) : release_unowned(cure, changed, err);
    case REMEDY_CLOSE:
        return close_runtime(cure, changed, err);
    case REMEDY_NOTE_STALL:
        return mend(cure, mend_stall, changed, err);
    case REMEDY_START_CLOCK:
        return mend(cure, mend_clock, changed, err);
    case REMEDY_RESOLVE_SEND:
        return resolve(cure, changed, err);
    case REMEDY_PARK:
        return park(cure, changed, err);
    case REMEDY_REBUILD:
    case REMEDY_CLOSE_SESSION:
    case REMEDY_COUNT:
        break;
    }
    return err_set(err, MC_SOFTWARE, "remedy %s is none of a case", remedy_name(cure->repair->remedy));
}

/* The premise, looked at again: rows by one read, the outside by its own session. */
static bool premise(struct cure *cure, bool *stands, struct err *err) {
    const struct world_case *planned = &cure->world->cases[cure->repair->index];
    int64_t ticket = planned->runtime_exists ? planned->runtime.ticket_id : planned->ticket.id;

    *stands = false;
    if (!board_begin_read(cure->site->board, err))
        return false;
    cure->now = (struct world_case){0};
    if (!snapshot_again(cure->site->board, &(struct snapshot_key){.host = cure->site->config.host, .ticket_id = ticket},
                        &cure->now, err)) {
        board_rollback(cure->site->board);
        return false;
    }
    board_rollback(cure->site->board);
    if (!cure->now.ticket_exists && !cure->now.runtime_exists)
        return true;
    observe_again(cure->site, &cure->now);
    *stands = heal_still(cure->world, &cure->now, cure->repair);
    return true;
}

bool remedy_apply(struct pickup *pickup, const struct world *world, const struct repair *repair, struct err *err) {
    struct cure cure = {.pickup = pickup, .site = &pickup->site, .world = world, .repair = repair};
    bool stands, changed = false, ok;

    if (repair->of_session)
        return remedy_session(pickup, &world->sessions[repair->index], repair, err);
    ok = premise(&cure, &stands, err);
    if (ok && stands)
        ok = apply_to_case(&cure, &changed, err);
    case_release(&cure.now);
    return ok;
}
