/* What the store changes of tickets, runs and agents. */
#include "samples_store.h"
#include "store/adoption.h"
#include "store/amend.h"

/* Some stamps are read within the store. */
int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return NOW + 7;
}

#define RUN_NEW "0123456789abcdef0123456789abcdef"

static enum ticket_status status(void) {
    return (enum ticket_status)draw(TICKET_STATUS_COUNT);
}

VERB(tickets_add) {
    const int64_t after[] = {ticket_id(), ticket_id()};
    const struct ticket_new ticket = {.title = "new",
                                      .body = some("body"),
                                      .profile = some("profile"),
                                      .workspace = some("workspace"),
                                      .labels = some("labels"),
                                      .dedupe_key = some("dedupe_key"),
                                      .author = "person",
                                      .priority = (enum priority)draw(PRIORITY_COUNT),
                                      .status = draw(2) ? TICKET_TODO : TICKET_INBOX,
                                      .after = after,
                                      .after_count = draw(3),
                                      .now = NOW};
    struct ticket_added added;
    bool ok;

    dirty(&added, sizeof added);
    ok = tickets_add(board, &ticket, &added, err);
    if (ok)
        tell_added(out, &added);
    return ok;
}

VERB(tickets_need) {
    int64_t id = ticket_id();

    DONE(tickets_need(board, id, ticket_id(), err));
}

VERB(tickets_unneed) {
    int64_t id = ticket_id();

    DONE(tickets_unneed(board, id, ticket_id(), err));
}

VERB(tickets_amend) {
    const struct amend amend = {.id = ticket_id(),
                                .title = "other",
                                .body = some("body"),
                                .priority = (enum priority)draw(PRIORITY_COUNT),
                                .profile = some("profile"),
                                .workspace = some("workspace"),
                                .labels = some("labels"),
                                .now = NOW};

    DONE(tickets_amend(board, &amend, err));
}

VERB(tickets_move) {
    const struct ticket_move move = {.id = ticket_id(),
                                     .from = draw(2) ? TICKET_TODO : status(),
                                     .to = status(),
                                     .run_id = some("run_id"),
                                     .failure_reason = some("failure_reason"),
                                     .attempts = (int)draw(4) - 1,
                                     .next_attempt_at = draw(2) ? moment() : 0,
                                     .clear_worker = draw(2),
                                     .now = NOW};

    CHANGED(tickets_move(board, &move, &changed, err));
}

VERB(tickets_turn) {
    const struct ticket_turn turn = {
        .id = ticket_id(), .count = (int)draw(3), .worked_ms = draw(3), .result = some("result")};

    DONE(tickets_turn(board, &turn, err));
}

VERB(tickets_heard) {
    DONE(tickets_heard(board, ticket_id(), err));
}

VERB(tickets_place) {
    int64_t id = ticket_id();

    DONE(tickets_place(board, id, draw(2) ? "v" : "w", err));
}

static struct runtime_change change_of(void) {
    return (struct runtime_change){.session_key = any_of("session_key"),
                                   .run_id = any_of("run_id"),
                                   .nonce = some("nonce"),
                                   .to = draw(2) ? RUNTIME_IDLE : RUNTIME_SPAWNING,
                                   .reason = some("failure_reason"),
                                   .offset = draw(3),
                                   .tick = tick(),
                                   .now = NOW};
}

VERB(runtimes_set_agent) {
    const struct identity agent = identity();
    const struct runtime_agent set = {.session_key = any_of("session_key"),
                                      .run_id = any_of("run_id"),
                                      .pane_id = some("pane_id"),
                                      .agent = &agent,
                                      .now = NOW};

    if (draw(3) == 0) {
        DONE(runtimes_set_agent(board, &set, NULL, err));
    }
    CHANGED(runtimes_set_agent(board, &set, &changed, err));
}

VERB(runtimes_take_turn) {
    const struct runtime_change change = change_of();

    CHANGED(runtimes_take_turn(board, &change, &changed, err));
}

VERB(runtimes_end_turn) {
    const struct runtime_change change = change_of();

    CHANGED(runtimes_end_turn(board, &change, &changed, err));
}

VERB(runtimes_return_turn) {
    const struct runtime_change change = change_of();

    CHANGED(runtimes_return_turn(board, &change, &changed, err));
}

VERB(runtimes_settle_idle) {
    const struct runtime_change change = change_of();

    CHANGED(runtimes_settle_idle(board, &change, &changed, err));
}

VERB(runtimes_retire) {
    struct runtime_change change = change_of();

    change.to = draw(2) ? RUNTIME_DEAD : RUNTIME_CLOSED;
    CHANGED(runtimes_retire(board, &change, &changed, err));
}

VERB(runtimes_start_clock) {
    const struct runtime_change change = change_of();

    CHANGED(runtimes_start_clock(board, &change, &changed, err));
}

VERB(runtimes_resume) {
    const struct runtime_change change = change_of();

    DONE(runtimes_resume(board, &change, err));
}

VERB(runtimes_set_harvest) {
    const struct runtime_change change = change_of();

    DONE(runtimes_set_harvest(board, &change, err));
}

/* A row as it stands there, with a little of it otherwise. */
static bool other_runtime(struct board *board, struct runtime *one, struct err *err) {
    const char *key = any_of("session_key");

    if (!runtimes_get(board, key, one, err))
        return false;
    if (!one->session_key) {
        one->session_key = xstrdup(key);
        one->run_id = xstrdup(any_of("run_id"));
        one->host = xstrdup("h1");
        one->ticket_id = ticket_id();
    }
    one->status = (enum runtime_status)draw(RUNTIME_STATUS_COUNT);
    one->agent = identity();
    one->last_output_at = draw(2) ? moment() : one->last_output_at;
    one->stall_tick = draw(2) ? NOW : one->stall_tick;
    one->quiet = (int)draw(4);
    if (draw(3) == 0)
        xreplace(&one->turn_nonce, some("nonce"));
    if (draw(3) == 0)
        xreplace(&one->run_id, any_of("run_id"));
    xreplace(&one->tmux_target, "mc-other");
    return true;
}

#define OF_RUNTIME(verb)                                                                                               \
    struct runtime one = {0};                                                                                          \
    bool changed = true, ok = other_runtime(board, &one, err) && (verb);                                               \
                                                                                                                       \
    runtime_release(&one);                                                                                             \
    tell(out, changed);                                                                                                \
    return ok

VERB(runtimes_rebuild) {
    OF_RUNTIME(runtimes_rebuild(board, &one, &changed, err));
}

VERB(runtimes_note_stall) {
    OF_RUNTIME(runtimes_note_stall(board, &one, &changed, err));
}

VERB(runtimes_set_target) {
    OF_RUNTIME(runtimes_set_target(board, &one, &changed, err));
}

VERB(runtimes_set_quiet) {
    OF_RUNTIME(runtimes_set_quiet(board, &one, err));
}

VERB(runs_settle) {
    const struct run_settle settle = {.run_id = any_of("run_id"),
                                      .outcome = (enum run_outcome)draw(RUN_OUTCOME_COUNT),
                                      .class = some("class"),
                                      .detail = some("detail"),
                                      .end = draw(2),
                                      .now = NOW};

    CHANGED(runs_settle(board, &settle, &changed, err));
}

VERB(runs_reopen) {
    CHANGED(runs_reopen(board, any_of("run_id"), &changed, err));
}

VERB(runs_set_pickup) {
    const struct identity from = identity(), to = identity();
    const struct run_handover handover = {.run_id = any_of("run_id"), .from = draw(2) ? &from : NULL, .to = &to};

    CHANGED(runs_set_pickup(board, &handover, &changed, err));
}

VERB(runs_set_work) {
    const struct run_work work = {
        .run_id = any_of("run_id"), .branch = some("branch"), .base = some("base"), .base_commit = some("base_commit")};

    DONE(runs_set_work(board, &work, err));
}

VERB(runs_set_preserved) {
    const char *run = any_of("run_id");

    DONE(runs_set_preserved(board, run, some("oid"), err));
}

VERB(runs_owe_unpushed) {
    DONE(runs_owe_unpushed(board, any_of("workspace"), err));
}

VERB(runs_set_owes) {
    const char *run = any_of("run_id");

    DONE(runs_set_owes(board, run, draw(2), err));
}

VERB(claim_sweep) {
    DONE(claim_sweep(board, &(struct claim_want){.now = moment(), .horizon = HORIZON}, err));
}

VERB(claim_take) {
    static const struct slot_pool pools[] = {{"v", "/p/v", 3}, {"w", "/p/w", 6}};
    const struct identity pickup = identity();
    struct slot slot = {0};
    struct claim_taking taking = {.id = 1 + draw(12),
                                  .pool = draw(2) ? &pools[draw(2)] : NULL,
                                  .slot = &slot,
                                  .run_id = draw(4) ? RUN_NEW : any_of("run_id"),
                                  .host = any_of("host"),
                                  .profile = any_of("profile"),
                                  .tmux_target = "mc",
                                  .cwd = "/c",
                                  .log = "/l",
                                  .nonce = any_of("nonce"),
                                  .pickup = &pickup,
                                  .argv_turn = draw(2),
                                  .tick = tick(),
                                  .endpoint = draw(2),
                                  .sweep = draw(2),
                                  .straight = draw(2),
                                  .now = NOW,
                                  .horizon = HORIZON};
    char key[40];
    bool changed = true, ok;

    snprintf(key, sizeof key, "ticket:%d:session", (int)taking.id);
    taking.session_key = key;
    ok = claim_prepare(board, draw(2), err) && claim_take(board, &taking, &changed, err);
    tell(out, changed);
    tell_slot(out, &slot);
    slot_release(&slot);
    return ok;
}

VERB(adoption_write) {
    const struct identity agent = identity();
    const struct adoption adoption = {.ticket_id = ticket_id(),
                                      .run_id = any_of("run_id"),
                                      .session_key = any_of("session_key"),
                                      .host = any_of("host"),
                                      .pane_id = any_of("pane_id"),
                                      .agent = &agent,
                                      .turn = (enum adopted_turn)draw(3),
                                      .message_due = moment(),
                                      .why = "seen",
                                      .tick = tick(),
                                      .now = NOW};

    CHANGED(adoption_write(board, &adoption, &changed, err));
}

VERB(queue_back) {
    DONE(queue_back(board, &(struct queue_back){.ticket = ticket_id(), .world = draw(2), .now = NOW}, err));
}

VERB(queue_straighten) {
    DONE(queue_straighten(board, moment(), err));
}

VERB(queue_forget) {
    DONE(queue_forget(board, ticket_id(), err));
}

VERB(queue_excuse) {
    DONE(queue_excuse(
        board, &(struct queue_excuse){.ticket = ticket_id(), .count = (int)draw(3), .why = "died", .now = NOW}, err));
}

static const struct verb verbs[] = {
    NAMED(tickets_add),          NAMED(tickets_need),       NAMED(tickets_unneed),       NAMED(tickets_amend),
    NAMED(tickets_move),         NAMED(tickets_turn),       NAMED(tickets_heard),        NAMED(tickets_place),
    NAMED(runtimes_set_agent),   NAMED(runtimes_take_turn), NAMED(runtimes_end_turn),    NAMED(runtimes_return_turn),
    NAMED(runtimes_settle_idle), NAMED(runtimes_retire),    NAMED(runtimes_start_clock), NAMED(runtimes_resume),
    NAMED(runtimes_set_harvest), NAMED(runtimes_rebuild),   NAMED(runtimes_note_stall),  NAMED(runtimes_set_target),
    NAMED(runtimes_set_quiet),   NAMED(runs_settle),        NAMED(runs_reopen),          NAMED(runs_set_pickup),
    NAMED(runs_set_work),        NAMED(runs_set_preserved), NAMED(runs_owe_unpushed),    NAMED(runs_set_owes),
    NAMED(claim_sweep),          NAMED(claim_take),         NAMED(adoption_write),       NAMED(queue_back),
    NAMED(queue_straighten),     NAMED(queue_forget),       NAMED(queue_excuse),         {NULL, NULL},
};

int main(int argc, char **argv) {
    return store_samples(argc, argv, "store_runs", verbs);
}
