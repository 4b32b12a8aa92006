/* Whatever the store does, the board may fail at any of its statements and rows: the failure comes up to whoever asked,
 * in the words of the first one, and is never taken for an answer. Each verb runs again and again in a transaction of
 * its own, and stumbles one call later each time, until it comes through. */
#include "store_fixture.h"
#include "stumbles.h"

#include <errno.h>

#include "base/argv.h"
#include "rules/breaker.h"
#include "rules/world.h"
#include "store/adoption.h"
#include "store/amend.h"
#include "store/archive.h"
#include "store/breakers.h"
#include "store/checkup.h"
#include "store/counts.h"
#include "store/facts.h"
#include "store/glimpse.h"
#include "store/held.h"
#include "store/hosts.h"
#include "store/journal.h"
#include "store/line.h"
#include "store/listing.h"
#include "store/notices.h"
#include "store/parking.h"
#include "store/place.h"
#include "store/push_fails.h"
#include "store/queue.h"
#include "store/records.h"
#include "store/snapshot.h"

/* What a statement is compiled by, apart: it is done once. */
static long compiles = -1;
int __real_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int bytes, unsigned flags, sqlite3_stmt **statement,
                              const char **rest);
int __wrap_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int bytes, unsigned flags, sqlite3_stmt **statement,
                              const char **rest);
int __wrap_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int bytes, unsigned flags, sqlite3_stmt **statement,
                              const char **rest) {
    if (compiles == 0)
        return SQLITE_BUSY;
    compiles -= compiles > 0;
    return __real_sqlite3_prepare_v3(handle, text, bytes, flags, statement, rest);
}

int __wrap_sqlite3_system_errno(sqlite3 *handle);
int __wrap_sqlite3_system_errno(sqlite3 *handle) {
    (void)handle;
    return board_of.number;
}

#define ID 1
#define KEY "ticket:1:session"

static const struct identity agent = {.pid = 7, .start = 8, .boot = "boot-1", .ns = 9};
static const struct slot_pool pools[] = {{.workspace = "default", .folder = "/p", .size = 3}};
static const char *const profiles[] = {"demo"};
static const struct claim_want want = {.host = "here",
                                       .max_running = 5,
                                       .profiles = profiles,
                                       .profile_count = 1,
                                       .default_profile = "demo",
                                       .pools = pools,
                                       .pool_count = 1,
                                       .default_pool = pools,
                                       .endpoint = true,
                                       .now = 5000,
                                       .horizon = 100000};
static const struct runtime_change change = {.session_key = KEY,
                                             .run_id = RUN_A,
                                             .nonce = NONCE_A,
                                             .to = RUNTIME_CLOSED,
                                             .reason = "why",
                                             .tick = {.ms = 60, .boot = "boot-1"},
                                             .now = 5000};

/* One verb of the store; what it gives is released. */
struct verb {
    const char *name;
    bool (*run)(struct board *board, struct err *err);
};

#define VERB(name) static bool name(struct board *board, struct err *err)

VERB(claim_ticket) {
    struct claim_look look;
    return claim_next(board, &want, &look, err);
}
VERB(claim_by_name) {
    struct claim_naming naming = {.id = 2};
    return claim_named(board, &want, &naming, err);
}
VERB(claim_counts) {
    struct claim_agents agents;
    return claim_agents(board, "here", &agents, err);
}
VERB(claim_moves_due) {
    return claim_sweep(board, &want, err);
}
VERB(claim_writes) {
    struct slot slot = {0};
    struct claim_taking taking = fixture_taking;
    bool changed = false;
    taking.id = 5;
    taking.run_id = RUN_B;
    taking.session_key = "ticket:5:session";
    taking.pool = pools;
    taking.slot = &slot;
    taking.endpoint = true;
    taking.now = 5000;
    bool ok = claim_take(board, &taking, &changed, err);
    slot_release(&slot);
    return ok;
}
VERB(add) {
    const int64_t after[] = {1, 2};
    struct ticket_added added;
    const struct ticket_new new = {.title = "new",
                                   .author = "me",
                                   .dedupe_key = "new",
                                   .priority = PRIORITY_MEDIUM,
                                   .status = TICKET_TODO,
                                   .after = after,
                                   .after_count = 2,
                                   .now = 5000};
    return tickets_add(board, &new, &added, err);
}
VERB(by_dedupe) {
    struct ticket_added known;
    return tickets_by_dedupe(board, "known", &known, err);
}
VERB(get) {
    struct ticket ticket = {0};
    bool ok = tickets_get(board, ID, &ticket, err);
    ticket_release(&ticket);
    return ok;
}
VERB(find) {
    struct ticket ticket = {0};
    bool ok = tickets_find(board, ID, &ticket, err);
    ticket_release(&ticket);
    return ok;
}
VERB(one_line) {
    struct ticket ticket = {0};
    bool ok = tickets_line(board, ID, &ticket, err);
    ticket_release(&ticket);
    return ok;
}
VERB(there) {
    bool there;
    return tickets_there(board, ID, &there, err);
}
VERB(list) {
    struct ticket_list tickets = {0};
    bool ok = tickets_list(board, &(struct ticket_filter){.status = TICKET_STATUS_COUNT}, &tickets, err);
    ticket_list_release(&tickets);
    return ok;
}
VERB(need) {
    return tickets_need(board, 2, 4, err);
}
VERB(needs) {
    struct ticket_need_list needed = {0};
    bool ok = tickets_needs(board, 2, &needed, err);
    ticket_need_list_release(&needed);
    return ok;
}
VERB(move) {
    bool changed;
    const struct ticket_move move = {.id = ID,
                                     .from = TICKET_IN_PROGRESS,
                                     .to = TICKET_TODO,
                                     .run_id = RUN_A,
                                     .attempts = 1,
                                     .clear_worker = true,
                                     .now = 5000};
    return tickets_move(board, &move, &changed, err);
}
VERB(turn) {
    return tickets_turn(board, &(struct ticket_turn){.id = ID, .count = 1, .result = "done"}, err);
}
VERB(heard) {
    return tickets_heard(board, ID, err);
}
VERB(amend) {
    const struct amend amend = {.id = ID, .title = "other", .priority = PRIORITY_HIGH, .now = 5000};
    return tickets_amend(board, &amend, err);
}
VERB(unneed) {
    return tickets_unneed(board, 2, 3, err);
}
VERB(need_towards) {
    int64_t next;
    return tickets_need_towards(board, &(struct need_way){.id = 2, .goal = 3}, &next, err);
}
VERB(place_ticket) {
    return tickets_place(board, ID, "default", err);
}

VERB(runtime_get) {
    struct runtime runtime = {0};
    bool ok = runtimes_get(board, KEY, &runtime, err);
    runtime_release(&runtime);
    return ok;
}
VERB(runtime_list) {
    struct runtime_list runtimes = {0};
    bool ok = runtimes_list(board, "here", &runtimes, err);
    runtime_list_release(&runtimes);
    return ok;
}
VERB(set_agent) {
    bool changed;
    const struct runtime_agent set = {
        .session_key = KEY, .run_id = RUN_A, .pane_id = "%1", .agent = &agent, .now = 5000};
    return runtimes_set_agent(board, &set, &changed, err);
}
VERB(end_turn) {
    bool changed;
    return runtimes_end_turn(board, &change, &changed, err);
}
VERB(return_turn) {
    bool changed;
    struct runtime_change back = change;
    back.to = RUNTIME_IDLE;
    return runtimes_return_turn(board, &back, &changed, err);
}
VERB(take_turn) {
    bool changed;
    return runtimes_take_turn(board, &change, &changed, err);
}
VERB(settle_idle) {
    bool changed;
    return runtimes_settle_idle(board, &change, &changed, err);
}
VERB(retire) {
    bool changed;
    return runtimes_retire(board, &change, &changed, err);
}
VERB(start_clock) {
    bool changed;
    return runtimes_start_clock(board, &change, &changed, err);
}
VERB(resume) {
    return runtimes_resume(board, &change, err);
}
VERB(set_harvest) {
    return runtimes_set_harvest(board, &change, err);
}

static char key[] = KEY, run_a[] = RUN_A, nonce_a[] = NONCE_A, text[] = "text", pool_1[] = "pool-1";

static const struct runtime seen = {.session_key = key,
                                    .ticket_id = ID,
                                    .run_id = run_a,
                                    .host = text,
                                    .status = RUNTIME_RUNNING,
                                    .tmux_target = text,
                                    .pane_id = text,
                                    .profile = text,
                                    .cwd = text,
                                    .pane_log_path = text,
                                    .turn_nonce = nonce_a};
VERB(rebuild) {
    bool changed;
    return runtimes_rebuild(board, &seen, &changed, err);
}
VERB(note_stall) {
    bool changed;
    return runtimes_note_stall(board, &seen, &changed, err);
}
VERB(set_target) {
    bool changed;
    return runtimes_set_target(board, &seen, &changed, err);
}
VERB(set_quiet) {
    return runtimes_set_quiet(board, &seen, err);
}

VERB(run_get) {
    struct run run = {0};
    bool ok = runs_get(board, RUN_A, &run, err);
    run_release(&run);
    return ok;
}
VERB(run_list) {
    struct run_list runs = {0};
    bool ok = runs_of_ticket(board, ID, &runs, err);
    run_list_release(&runs);
    return ok;
}
VERB(run_worked) {
    struct run run = {0};
    bool ok = runs_worked(board, RUN_A, &run, err);
    run_release(&run);
    return ok;
}
VERB(run_any) {
    bool any;
    return runs_any(board, &any, err);
}
VERB(run_settle) {
    bool changed;
    return runs_settle(board, &(struct run_settle){.run_id = RUN_A, .end = true, .now = 5000}, &changed, err);
}
VERB(run_reopen) {
    bool changed;
    return runs_reopen(board, RUN_A, &changed, err);
}
VERB(run_pickup) {
    bool changed;
    return runs_set_pickup(board, &(struct run_handover){.run_id = RUN_A, .to = &agent}, &changed, err);
}
VERB(run_work) {
    const struct run_work work = {.run_id = RUN_A, .branch = "b", .base = "main", .base_commit = "c"};
    return runs_set_work(board, &work, err);
}
VERB(run_preserved) {
    return runs_set_preserved(board, RUN_A, "oid", err);
}
VERB(run_owes) {
    return runs_set_owes(board, RUN_A, true, err);
}
VERB(run_owe_unpushed) {
    return runs_owe_unpushed(board, "default", err);
}
VERB(run_owing) {
    struct argv owing = {0};
    bool ok = runs_owing(board, "here", &owing, err);
    argv_release(&owing);
    return ok;
}

static const struct message_turn of_turn = {.ticket_id = ID, .id = 1, .run_id = RUN_A, .nonce = NONCE_A};

VERB(message_add) {
    int64_t id;
    return messages_add(board, &(struct message_new){.ticket_id = ID, .author = "me", .body = "b"}, &id, err);
}
VERB(message_get) {
    struct message message = {0};
    bool ok = messages_get(board, 1, &message, err);
    message_release(&message);
    return ok;
}
VERB(message_work) {
    struct message message = {0};
    bool ok = messages_work(board, RUN_A, &message, err);
    message_release(&message);
    return ok;
}
VERB(message_list) {
    struct message_list messages = {0};
    bool ok = messages_of_ticket(board, ID, &messages, err);
    message_list_release(&messages);
    return ok;
}
VERB(message_notes) {
    char *body = NULL;
    struct message_turn pending = of_turn;
    pending.nonce = NULL;
    bool ok = messages_notes(board, &pending, &body, err);
    free(body);
    return ok;
}
VERB(message_told) {
    char *body = NULL;
    bool ok = messages_told(board, ID, &body, err);
    free(body);
    return ok;
}
VERB(message_send) {
    int changed;
    return messages_send(board, &of_turn, &changed, err);
}
VERB(message_take) {
    bool changed;
    return messages_take(board, &of_turn, &changed, err);
}
VERB(message_next) {
    struct delivery delivery = {0};
    const struct delivery_want due = {.host = "here", .now = 5000, .latest = 10000};
    bool ok = messages_next(board, &due, &delivery, err);
    message_release(&delivery.message);
    runtime_release(&delivery.runtime);
    return ok;
}
VERB(message_postpone) {
    return messages_postpone(board, &(struct message_postpone){.id = 1, .error = "e", .next_at = 9000}, err);
}
VERB(message_drop) {
    return messages_drop(board, 1, err);
}
VERB(message_settle) {
    int changed;
    const struct message_settle settle = {.run_id = RUN_A, .nonce = NONCE_A, .to = MESSAGE_SENT, .now = 5000};
    return messages_settle(board, &settle, &changed, err);
}
VERB(message_standing) {
    struct message_standing standing;
    return messages_standing(board, &of_turn, &standing, err);
}
VERB(message_hold) {
    int held;
    return messages_hold(board, &(struct message_hold){.ticket_id = ID, .until = 9000}, &held, err);
}
VERB(message_drop_ours) {
    return messages_drop_ours(board, ID, err);
}
VERB(message_give_back) {
    return messages_give_back(board, RUN_A, "e", err);
}

static const struct effect_write effect = {.run_id = RUN_A, .kind = EFFECT_KILL, .state = EFFECT_DONE, .now = 5000};

VERB(effect_intend) {
    return effects_intend(board, &effect, err);
}
VERB(effect_end_begun) {
    bool begun;
    return effects_end_begun(board, RUN_A, &begun, err);
}
VERB(effect_spawned) {
    bool spawned;
    return effects_spawned(board, RUN_A, &spawned, err);
}
VERB(effect_result) {
    bool changed;
    return effects_result(board, &effect, &changed, err);
}
VERB(adopt) {
    bool changed;
    const struct adoption adoption = {.ticket_id = ID,
                                      .run_id = RUN_A,
                                      .session_key = KEY,
                                      .host = "here",
                                      .pane_id = "%9",
                                      .agent = &agent,
                                      .turn = ADOPTED_TURN_ARRIVED,
                                      .why = "why",
                                      .now = 5000};
    return adoption_write(board, &adoption, &changed, err);
}

static const struct slot_want next_slot = {
    .host = "here", .run_id = RUN_A, .ticket_id = ID, .pool = pools, .now = 5000};
static const struct slot_change of_slot = {
    .name = "pool-1", .run_id = RUN_A, .branch = "b", .note = "note", .head = "head"};

VERB(slot_list) {
    struct slot_list slots = {0};
    bool ok = slots_list(board, "here", &slots, err);
    slot_list_release(&slots);
    return ok;
}
VERB(slot_left) {
    struct slot_list slots = {0};
    bool ok = slots_left(board, "here", &slots, err);
    slot_list_release(&slots);
    return ok;
}
VERB(slot_get) {
    struct slot slot = {0};
    bool ok = slots_get(board, "pool-1", &slot, err);
    slot_release(&slot);
    return ok;
}
VERB(slot_of_run) {
    struct slot slot = {0};
    bool ok = slots_of_run(board, RUN_A, &slot, err);
    slot_release(&slot);
    return ok;
}
VERB(slot_still_left) {
    bool left;
    return slots_still_left(board, &(struct slot){.name = pool_1, .run_id = run_a}, &left, err);
}
VERB(slot_next) {
    struct slot slot = {0};
    bool ok = slots_next(board, &next_slot, &slot, err);
    slot_release(&slot);
    return ok;
}
VERB(slot_branch) {
    bool changed;
    return slots_set_branch(board, &of_slot, &changed, err);
}
VERB(slot_note) {
    bool changed;
    return slots_note(board, &of_slot, &changed, err);
}
VERB(slot_quarantine) {
    bool changed;
    return slots_quarantine(board, &of_slot, &changed, err);
}
VERB(slot_drop) {
    bool changed;
    return slots_drop(board, &(struct slot){.name = pool_1, .path = text}, &changed, err);
}
VERB(slot_free) {
    bool changed;
    return slots_free(board, &of_slot, &changed, err);
}

static const struct journal_row said = {
    .ticket_id = ID, .run_id = RUN_A, .author = "me", .kind = "note", .body = "b", .now = 5000};
static const struct journal_look look = {.ticket_id = ID, .run_id = RUN_A, .kind = "claimed"};

VERB(journal_row) {
    return journal_add(board, &said, err);
}
VERB(journal_once) {
    bool added;
    return journal_add_once(board, &said, &added, err);
}
VERB(journal_all) {
    struct activity_list story = {0};
    bool ok = journal_list(board, ID, &story, err);
    activity_list_release(&story);
    return ok;
}
VERB(journal_end_of_it) {
    struct journal_story story = {0};
    bool ok = journal_tail(board, &(struct journal_tail){.ticket_id = ID, .limit = 1}, &story, err);
    activity_list_release(&story.last);
    return ok;
}
VERB(journal_is_said) {
    bool was;
    return journal_said(board, &look, &was, err);
}
VERB(journal_last_row) {
    char *body = NULL;
    bool ok = journal_last(board, &look, &body, err);
    free(body);
    return ok;
}
VERB(journal_stop) {
    char *body = NULL;
    bool ok = journal_end(board, &look, &body, err);
    free(body);
    return ok;
}
VERB(journal_kinds) {
    struct activity row = {0};
    const struct journal_kinds kinds = {.ticket_id = ID, .run_id = RUN_A, .kind = "claimed", .other = "spawned"};
    bool ok = journal_newest(board, &kinds, &row, err);
    activity_release(&row);
    return ok;
}
VERB(journal_turn) {
    char *body = NULL;
    bool ok =
        journal_word(board, &(struct journal_turn){.ticket_id = ID, .run_id = RUN_A, .nonce = NONCE_A}, &body, err);
    free(body);
    return ok;
}
VERB(journal_any_word) {
    struct journal_said_last last = {0};
    bool ok = journal_last_word(board, ID, &last, err);
    journal_said_last_release(&last);
    return ok;
}
VERB(setting_get) {
    char *value = NULL;
    bool ok = settings_get(board, "key", &value, err);
    free(value);
    return ok;
}
VERB(setting_put) {
    return settings_put(board, "key", "other", err);
}
VERB(request_begin) {
    struct request_first first = {0};
    bool ok = requests_begin(board, "again", &first, err);
    request_first_release(&first);
    return ok;
}
VERB(request_end) {
    return requests_end(board, &(struct request_answer){.id = "once", .act = "add", .answer = "MC-1"}, err);
}
VERB(request_drop) {
    return requests_drop(board, "once", err);
}

VERB(back) {
    return queue_back(board, &(struct queue_back){.ticket = 2, .world = true, .now = 5000}, err);
}
VERB(straighten) {
    return queue_straighten(board, 5000, err);
}
VERB(forget) {
    return queue_forget(board, 2, err);
}
VERB(failed_alike) {
    bool alike;
    return queue_failed_alike(board, &(struct queue_run){.ticket = ID, .run_id = RUN_B, .class = "world"}, &alike, err);
}
VERB(excuse) {
    return queue_excuse(board, &(struct queue_excuse){.ticket = 6, .count = 1, .why = "why", .now = 5000}, err);
}
VERB(stuck_of_one) {
    struct stuck_list stuck = {0};
    bool ok = stuck_of(board, 2, &stuck, err);
    stuck_list_release(&stuck);
    return ok;
}
VERB(stuck_behind_one) {
    struct stuck_list stuck = {0};
    bool ok = stuck_behind(board, 3, &stuck, err);
    stuck_list_release(&stuck);
    return ok;
}
VERB(stuck_first) {
    struct stuck_list stuck = {0};
    bool ok = stuck_now(board, 5, &stuck, err);
    stuck_list_release(&stuck);
    return ok;
}
VERB(stuck_new) {
    struct stuck_list stuck = {0};
    bool ok = stuck_take(board, &stuck, err);
    stuck_list_release(&stuck);
    return ok;
}
VERB(kinds) {
    struct ready_kinds ready = {0};
    bool ok = ready_kinds(board, &ready, err);
    ready_kinds_release(&ready);
    return ok;
}
VERB(marks) {
    struct argv said_of = {0};
    bool ok = said_marks(board, &said_of, err);
    argv_release(&said_of);
    return ok;
}

static const struct breakers_need of_demo = {
    .profile = "demo", .workspace = "default", .endpoint = true, .ticket = ID, .now = 5000};

VERB(breaker_get) {
    struct breaker breaker;
    return breakers_get(board, "machine", &breaker, err);
}
VERB(breaker_put) {
    return breakers_put(board, "machine", &(struct breaker){.failures = 1, .class = "world"}, err);
}
VERB(breaker_list) {
    struct breaker_list breakers = {0};
    bool ok = breakers_list(board, &breakers, err);
    breaker_list_release(&breakers);
    return ok;
}
VERB(breaker_any) {
    bool any;
    return breakers_any(board, &any, err);
}
VERB(breaker_wait) {
    struct breaker open;
    return breakers_wait(board, &of_demo, &open, err);
}
VERB(breaker_tries) {
    return breakers_try(board, &of_demo, err);
}
VERB(breaker_put_off) {
    return breakers_put_off(board, 1, 9000, err);
}
VERB(breaker_prove) {
    const struct breakers_proof proof = {.profile = "demo", .workspace = "default", .endpoint = true, .turn = true};
    return breakers_prove(board, &proof, err);
}
VERB(breaker_close) {
    int count;
    return breakers_close(board, NULL, &count, err);
}

VERB(count) {
    struct ticket_counts counts;
    return counts_read(board, &counts, err);
}
VERB(waiting) {
    struct waiting longest;
    return counts_waiting(board, TICKET_TODO, &longest, err);
}
VERB(untold) {
    int64_t number, since;
    return counts_untold(board, &number, &since, err);
}
VERB(notice_add) {
    return notices_add(board, &(struct notice_new){.event = "e", .body = "b", .ticket = ID, .now = 5000}, err);
}
VERB(notice_list) {
    struct notice_list notices = {0};
    bool ok = notices_list(board, 5, &notices, err);
    notice_list_release(&notices);
    return ok;
}
VERB(notice_take) {
    bool taken;
    return notices_take(board, 1, &taken, err);
}
VERB(notice_remove) {
    return notices_remove(board, 1, err);
}
VERB(notice_clear) {
    return notices_clear(board, err);
}
VERB(push_fail_put) {
    return push_fails_put(board, ID, "other", err);
}
VERB(push_fail_list) {
    struct push_fail_list fails = {0};
    bool ok = push_fails_list(board, 5000, &fails, err);
    push_fail_list_release(&fails);
    return ok;
}
VERB(held) {
    struct held_list helds = {0};
    bool ok = held_list(board, &helds, err);
    held_list_release(&helds);
    return ok;
}
VERB(parking) {
    struct parking_list parked = {0};
    bool ok = parking_list(board, &(struct parking_want){.host = "here"}, &parked, err);
    parking_list_release(&parked);
    return ok;
}

VERB(in_line) {
    struct line line;
    int64_t id;
    bool ok = line_open(&line, board, &want, err);
    while (ok && line_next(&line, &id, err))
        continue;
    ok = ok && !line.failed;
    line_close(&line);
    return ok;
}

static bool listed(struct board *board, const struct listing *listing, struct err *err) {
    struct id_list ids = {0};
    int64_t total;
    bool ok = listing_read(board, listing, &ids, err) && listing_total(board, listing, &total, err);
    id_list_release(&ids);
    return ok;
}
VERB(listing_all) {
    return listed(board, &(struct listing){.limit = 2}, err);
}
VERB(listing_search) {
    return listed(board, &(struct listing){.profile = "demo", .search = "t"}, err);
}
VERB(listing_in_line) {
    return listed(board, &(struct listing){.next = &want, .search = "t"}, err);
}
VERB(listing_needs) {
    struct listing_need one;
    return listing_need(board, 2, &one, err);
}
VERB(listing_branch_of) {
    char *branch = NULL;
    bool ok = listing_branch(board, ID, &branch, err);
    free(branch);
    return ok;
}

static const struct glimpse_ticket of_ticket = {.id = ID, .width = 10, .limit = 5};

VERB(glimpse_list) {
    struct ticket_list tickets = {0};
    bool ok = glimpse_tickets(board, &(struct glimpse_want){.status = TICKET_TODO, .limit = 5}, &tickets, err);
    ticket_list_release(&tickets);
    return ok;
}
VERB(glimpse_of_body) {
    char *body = NULL;
    bool ok = glimpse_body(board, &of_ticket, &body, err);
    free(body);
    return ok;
}
VERB(glimpse_of_story) {
    struct activity_list story = {0};
    bool ok = glimpse_story(board, &of_ticket, &story, err);
    activity_list_release(&story);
    return ok;
}
VERB(glimpse_of_runs) {
    struct run_list runs = {0};
    bool ok = glimpse_runs(board, &of_ticket, &runs, err);
    run_list_release(&runs);
    return ok;
}
VERB(glimpse_of_day) {
    struct glimpse_day day = {.from = 0, .to = 9000};
    return glimpse_day(board, &day, err);
}

VERB(snapshot_marks) {
    struct world world = {0};
    bool ok = snapshot_any(board, "here", &world, err) && snapshot_cases(board, "here", &world, err);
    world_release(&world);
    return ok;
}
VERB(snapshot_one) {
    struct world_case one = {0};
    bool ok = snapshot_again(board, &(struct snapshot_key){.host = "here", .ticket_id = ID}, &one, err);
    ticket_release(&one.ticket);
    run_release(&one.run);
    runtime_release(&one.runtime);
    message_release(&one.message);
    return ok;
}

VERB(archive_rows) {
    struct archive_rows rows;
    return archive_next(board, &(struct archive_want){.status = TICKET_DONE, .before = 9000}, &rows, err);
}
VERB(archive_at_rest) {
    bool rests;
    return archive_rests(board, 4, &rests, err);
}
VERB(archive_keeps_key) {
    return archive_key(board, 4, err);
}
VERB(archive_old_requests) {
    struct request_ids ids = {0};
    bool ok = archive_requests(board, 9000, &ids, err) && archive_drop_requests(board, &ids, err);
    request_ids_release(&ids);
    return ok;
}
VERB(whole) {
    char *damage = NULL;
    bool ok = checkup_whole(board, &damage, err);
    free(damage);
    return ok;
}
VERB(newest) {
    int64_t ms;
    return checkup_newest(board, &ms, err);
}
VERB(name) {
    char out[BOARD_NAME_SIZE];
    return board_name(board, out, err);
}

static bool take(void *to, const struct record_of *of, const struct record *record, struct err *err) {
    (void)to, (void)of, (void)record, (void)err;
    return true;
}
static bool take_ticket(void *to, int64_t ticket, struct err *err) {
    (void)to, (void)ticket, (void)err;
    return true;
}
static const struct record_sink sink = {.take = take};

VERB(record_kinds) {
    bool ok = true;
    for (int kind = RECORD_OF_TICKETS; ok && kind < RECORD_COUNT; kind++)
        ok = records_each(board, (enum record_kind)kind, &sink, err);
    return ok;
}
VERB(record_tickets) {
    return records_of_tickets(board, &(struct record_span){.from = 1, .to = 9}, &sink, err);
}
VERB(record_back) {
    return records_read_back(board, &(struct record_span){.from = 1, .to = 9}, err);
}
VERB(record_put) {
    const struct record setting = {.count = 2,
                                   .items = {{.name = "key", .text = "paused"}, {.name = "value", .text = "v"}}};
    return records_put(board, &(struct record_of){.kind = RECORD_SETTING}, &setting, err);
}
VERB(record_next) {
    int64_t ticket;
    return records_next(board, &(struct record_few){.count = 3}, &ticket, err);
}
VERB(record_none) {
    bool none;
    return records_none(board, &none, err);
}
VERB(record_settle) {
    return records_settle(board, err);
}
VERB(record_clear_settings) {
    return records_clear_settings(board, err);
}
VERB(record_drop) {
    return records_drop(board, 4, err);
}
VERB(record_drop_behind) {
    return records_drop_behind(board, 3, &(struct record_needy){.take = take_ticket}, err);
}
VERB(record_unarchive) {
    return records_unarchive(board, 4, err);
}

/* Of a board on a server alone. */
static char self_name[] = "here", self_machine[] = "m1", self_boot[] = "b1", self_version[] = "1";
static const struct host self = {
    .name = self_name, .machine_id = self_machine, .boot_id = self_boot, .version = self_version, .seen_at = 5000};

VERB(host_note) {
    bool noted;
    return hosts_note(board, &self, &noted, err);
}
VERB(host_list) {
    struct host_list hosts = {0};
    bool ok = hosts_list(board, &hosts, err);
    host_list_release(&hosts);
    return ok;
}
VERB(host_copy) {
    return hosts_copy(board, &self, err);
}
VERB(host_renamed) {
    return hosts_renamed(board, &self, err);
}
VERB(host_settled) {
    return hosts_settled(board, self_name, err);
}
VERB(host_say) {
    bool first;
    return hosts_say(board, &(struct host_said){.host = &self, .now = 5000}, &first, err);
}
VERB(host_retire) {
    bool retired;
    return hosts_retire(board, &(struct host_said){.host = &self, .now = 5000}, &retired, err);
}
VERB(host_runs) {
    struct host_run_list runs = {0};
    bool ok = hosts_runs(board, self_name, &runs, err);
    host_run_list_release(&runs);
    return ok;
}
VERB(host_load) {
    struct host_load_list load = {0};
    bool ok = hosts_load(board, &load, err);
    host_load_list_release(&load);
    return ok;
}
VERB(host_unclock) {
    return hosts_unclock(board, RUN_A, err);
}
VERB(works) {
    return board_works(board, err);
}
VERB(facts) {
    struct board_facts facts;
    return board_facts(board, &facts, err);
}
VERB(takes) {
    return board_takes(board, err);
}
VERB(is_whole) {
    return board_whole(board, err);
}

#define V(verb)                                                                                                        \
    { #verb, verb }
static const struct verb verbs[] = {
    V(claim_ticket),
    V(claim_by_name),
    V(claim_counts),
    V(claim_moves_due),
    V(claim_writes),
    V(add),
    V(by_dedupe),
    V(get),
    V(find),
    V(one_line),
    V(there),
    V(list),
    V(need),
    V(needs),
    V(move),
    V(turn),
    V(heard),
    V(amend),
    V(unneed),
    V(need_towards),
    V(place_ticket),
    V(runtime_get),
    V(runtime_list),
    V(set_agent),
    V(end_turn),
    V(return_turn),
    V(take_turn),
    V(settle_idle),
    V(retire),
    V(start_clock),
    V(resume),
    V(set_harvest),
    V(rebuild),
    V(note_stall),
    V(set_target),
    V(set_quiet),
    V(run_get),
    V(run_list),
    V(run_worked),
    V(run_any),
    V(run_settle),
    V(run_reopen),
    V(run_pickup),
    V(run_work),
    V(run_preserved),
    V(run_owes),
    V(run_owe_unpushed),
    V(run_owing),
    V(message_add),
    V(message_get),
    V(message_work),
    V(message_list),
    V(message_notes),
    V(message_told),
    V(message_send),
    V(message_take),
    V(message_next),
    V(message_postpone),
    V(message_drop),
    V(message_settle),
    V(message_standing),
    V(message_hold),
    V(message_drop_ours),
    V(message_give_back),
    V(effect_intend),
    V(effect_end_begun),
    V(effect_spawned),
    V(effect_result),
    V(adopt),
    V(slot_list),
    V(slot_left),
    V(slot_get),
    V(slot_of_run),
    V(slot_still_left),
    V(slot_next),
    V(slot_branch),
    V(slot_note),
    V(slot_quarantine),
    V(slot_drop),
    V(slot_free),
    V(journal_row),
    V(journal_once),
    V(journal_all),
    V(journal_end_of_it),
    V(journal_is_said),
    V(journal_last_row),
    V(journal_stop),
    V(journal_kinds),
    V(journal_turn),
    V(journal_any_word),
    V(setting_get),
    V(setting_put),
    V(request_begin),
    V(request_end),
    V(request_drop),
    V(back),
    V(straighten),
    V(forget),
    V(failed_alike),
    V(excuse),
    V(stuck_of_one),
    V(stuck_behind_one),
    V(stuck_first),
    V(stuck_new),
    V(kinds),
    V(marks),
    V(breaker_get),
    V(breaker_put),
    V(breaker_list),
    V(breaker_any),
    V(breaker_wait),
    V(breaker_tries),
    V(breaker_put_off),
    V(breaker_prove),
    V(breaker_close),
    V(count),
    V(waiting),
    V(untold),
    V(notice_add),
    V(notice_list),
    V(notice_take),
    V(notice_remove),
    V(notice_clear),
    V(push_fail_put),
    V(push_fail_list),
    V(held),
    V(parking),
    V(in_line),
    V(listing_all),
    V(listing_search),
    V(listing_in_line),
    V(listing_needs),
    V(listing_branch_of),
    V(glimpse_list),
    V(glimpse_of_body),
    V(glimpse_of_story),
    V(glimpse_of_runs),
    V(glimpse_of_day),
    V(snapshot_marks),
    V(snapshot_one),
    V(archive_rows),
    V(archive_at_rest),
    V(archive_keeps_key),
    V(archive_old_requests),
    V(whole),
    V(newest),
    V(name),
    V(record_kinds),
    V(record_tickets),
    V(record_back),
    V(record_put),
    V(record_next),
    V(record_none),
    V(record_settle),
    V(record_clear_settings),
    V(record_drop),
    V(record_drop_behind),
    V(record_unarchive),
};

static const struct verb of_servers[] = {
    V(host_note), V(host_list), V(host_copy),    V(host_renamed), V(host_settled), V(host_say), V(host_retire),
    V(host_runs), V(host_load), V(host_unclock), V(works),        V(facts),        V(takes),    V(is_whole),
};

/* Something for every verb to read and to write: one ticket at work in a slot, one stuck behind a cancelled one, one
 * done, two to do, one blocked. */
static void people(struct fixture *f) {
    for (int i = 0; i < 6; i++)
        fixture_add(f, "t", PRIORITY_MEDIUM, 1000);
    assert_true(fixture_take_slot(f, ID, RUN_A, pools));
    fixture_turn(f, NONCE_A, 60, 2000);
    must(tickets_need(f->board, 2, 3, &f->err));
    fixture_sql(f, "UPDATE tickets SET status='cancelled' WHERE id=3");
    fixture_sql(f, "UPDATE tickets SET status='done', dedupe_key='known' WHERE id=4");
    fixture_sql(f, "UPDATE tickets SET status='blocked', attempts=1 WHERE id=6");
    must(breakers_put(f->board, "profile:demo", &(struct breaker){.failures = 3, .openings = 1, .class = "world"},
                      &f->err));
    must(breakers_put(f->board, "machine", &(struct breaker){.failures = 1, .class = "world"}, &f->err));
    must(message_add(f->board, &f->err) && notice_add(f->board, &f->err) && effect_intend(f->board, &f->err));
    must(run_work(f->board, &f->err) && run_owes(f->board, &f->err) && setting_put(f->board, &f->err));
    must(push_fail_put(f->board, &f->err) && journal_row(f->board, &f->err));
    must(settings_put(f->board, "said:profile:x", "1", &f->err));
    must(requests_end(f->board, &(struct request_answer){.id = "again", .act = "add", .answer = "MC-1"}, &f->err));
}

static void tell(const char *verb, const char *what, long calls) {
    fail_msg("%s, at its call %ld: %s", verb, calls, what);
}

/* Did it come through? */
static bool attempt(struct fixture *f, const struct verb *verb, long calls) {
    must(board_begin(f->board, &f->err));
    board_of.left = calls;
    board_of.fell = false;
    bool ok = verb->run(f->board, &f->err);
    board_of.left = -1;
    board_rollback(f->board);
    if (board_of.fell && ok)
        tell(verb->name, "the failure was lost", calls);
    if (board_of.fell && f->err.code != MC_TEMPFAIL)
        tell(verb->name, f->err.text ? f->err.text : "nothing is said", calls);
    if (!board_of.fell && !ok)
        tell(verb->name, f->err.text, calls);
    err_release(&f->err);
    return !board_of.fell;
}

static void attempt_each(struct fixture *f, const struct verb *verbs_of, size_t count) {
    for (size_t i = 0; i < count; i++) {
        long calls = 0;
        while (!attempt(f, &verbs_of[i], calls))
            calls++;
        if (calls == 0 && verbs_of[i].run != record_settle) /* a file has no numbers of its own */
            tell(verbs_of[i].name, "it asked for nothing", calls);
    }
}

static void test_no_failure_is_lost(void **state) {
    struct fixture *f = *state;
    people(f);
    if (server_given())
        must(host_note(f->board, &f->err));
    make_stumble(f->board);
    attempt_each(f, verbs, sizeof verbs / sizeof *verbs);
    if (server_given())
        attempt_each(f, of_servers, sizeof of_servers / sizeof *of_servers);
    make_firm(f->board);
    fixture_is_whole(f);
}

/* One statement more each time, until all that a claim needs are compiled. */
static void test_what_cannot_be_compiled(void **state) {
    struct fixture *f = *state;
    int failed = 0;
    bool done = false;
    only_of_files("how SQLite compiles");
    while (!done) {
        compiles = 1;
        done = claim_prepare(f->board, true, &f->err);
        compiles = -1;
        failed += !done;
        assert_int_equal(f->err.code, done ? MC_OK : MC_TEMPFAIL);
        err_release(&f->err);
    }
    assert_in_range(failed, 5, 100);
    compiles = 0;
    must(claim_prepare(f->board, true, &f->err)); /* and none of them again */
    must_fail(stuck_of_one(f->board, &f->err), MC_TEMPFAIL);
    compiles = -1;
}

static bool refuse(void *to, const struct record_of *of, const struct record *record, struct err *err) {
    (void)of, (void)record;
    return ++*(int *)to < 3 || err_set(err, MC_TEMPFAIL, "enough");
}
static bool refuse_ticket(void *to, int64_t ticket, struct err *err) {
    (void)ticket;
    return refuse(to, NULL, NULL, err);
}

/* Who takes rows and wants no more gets none, and is told so. */
static void test_who_takes_no_more(void **state) {
    struct fixture *f = *state;
    int given = 1;
    const struct record_sink few = {.take = refuse, .to = &given};
    people(f);
    must_fail(records_each(f->board, RECORD_SETTING, &few, &f->err), MC_TEMPFAIL);
    assert_int_equal(given, 3);
    given = 0;
    must_fail(records_of_tickets(f->board, &(struct record_span){.from = 1, .to = 9}, &few, &f->err), MC_TEMPFAIL);
    assert_int_equal(given, 3);
    given = 1;
    fixture_sql(f, "INSERT INTO ticket_needs VALUES(4,3),(5,3),(6,3)");
    must_fail(records_drop_behind(f->board, 3, &(struct record_needy){.take = refuse_ticket, .to = &given}, &f->err),
              MC_TEMPFAIL);
    assert_int_equal(given, 3);
}

/* A commit that fails has rolled back. */
static void test_what_cannot_be_committed(void **state) {
    struct fixture *f = *state;
    only_of_files("the last step of a transaction");
    must(board_begin(f->board, &f->err));
    must(settings_put(f->board, "key", "value", &f->err));
    board_of.left = 0;
    bool ok = board_commit(f->board, &f->err);
    board_of.left = -1;
    assert_false(ok);
    assert_int_equal(f->err.code, MC_TEMPFAIL);
    err_release(&f->err);
    assert_false(db_in_transaction(f->board));
    fixture_is(f, "SELECT count(*)FROM settings WHERE key='key'", "0");
    must(board_begin(f->board, &f->err));
    must(board_commit(f->board, &f->err));
    board_rollback(f->board); /* nothing */
    board_rollback(NULL);
}

/* For want of memory, for once: whoever begins the next one is not told of this one. */
static void test_what_is_not_rolled_back_at_once(void **state) {
    struct fixture *f = *state;
    if (server_given())
        skip();
    must(board_begin(f->board, &f->err));
    board_of.result = SQLITE_NOMEM;
    board_of.left = 0;
    board_of.fell = false;
    board_rollback(f->board);
    assert_true(board_of.fell);
    board_of.result = SQLITE_BUSY;
    must(board_begin(f->board, &f->err));
    must(board_commit(f->board, &f->err));
}

/* Texts that a hand has written: a NUL is left out, and what is too long for its place is damage. */
static void test_texts_of_a_hand(void **state) {
    struct fixture *f = *state;
    char name[BOARD_NAME_SIZE], *value = NULL;
    only_of_files("no server keeps a NUL");
    fixture_sql(f, "INSERT INTO settings VALUES('key',CAST(X'6100620063' AS TEXT))");
    must(settings_get(f->board, "key", &value, &f->err));
    assert_string_equal(value, "abc");
    free(value);
    static const char *const names[] = {"'0123456789abcde'", "'0123456789abcdeg'", "'0123456789abcdef0'", "''",
                                        "'0123456789ABCDEF'"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *sql = xasprintf("UPDATE settings SET value=%s WHERE key='board'", names[i]);
        fixture_sql(f, sql);
        free(sql);
        must_fail(board_name(f->board, name, &f->err), MC_IOERR);
    }
    fixture_sql(f, "DELETE FROM settings WHERE key='board'");
    must_fail(board_name(f->board, name, &f->err), MC_IOERR);
}

/* What a failure is for whoever asked: its exit, and what to do about it. */
static void test_each_failure_has_its_exit(void **state) {
    static const struct {
        int result, number;
        enum mc_exit code;
        const char *advice;
    } cases[] = {
        {SQLITE_BUSY, 0, MC_TEMPFAIL, "another program holds it: try again"},
        {SQLITE_LOCKED, 0, MC_TEMPFAIL, "another program holds it: try again"},
        {SQLITE_PROTOCOL, 0, MC_TEMPFAIL, "another program holds it: try again"},
        {SQLITE_BUSY_SNAPSHOT, 0, MC_TEMPFAIL, "another program holds it: try again"},
        {SQLITE_FULL, 0, MC_IOERR, "the disk is full: free some space"},
        {SQLITE_CORRUPT, 0, MC_IOERR, "the file is damaged: see mc-board(5), BACKUP"},
        {SQLITE_NOTADB, 0, MC_IOERR, "the file is damaged: see mc-board(5), BACKUP"},
        {SQLITE_NOMEM, 0, MC_OSERR, "out of memory"},
        {SQLITE_IOERR_NOMEM, 0, MC_OSERR, "out of memory"},
        {SQLITE_TOOBIG, 0, MC_DATAERR, "a text is too long: shorten it"},
        {SQLITE_MISUSE, 0, MC_SOFTWARE, "this is a bug: please report it"},
        {SQLITE_READONLY, 0, MC_NOPERM, "no permission: check the owner and mode of the file and its directory"},
        {SQLITE_PERM, EIO, MC_NOPERM, "no permission: check the owner and mode of the file and its directory"},
        {SQLITE_AUTH, 0, MC_NOPERM, "no permission: check the owner and mode of the file and its directory"},
        {SQLITE_READONLY, EROFS, MC_IOERR, "the file system is read-only: mount it writable"},
        {SQLITE_IOERR_WRITE, ENOSPC, MC_IOERR, "the disk is full: free some space"},
        {SQLITE_IOERR_WRITE, EDQUOT, MC_IOERR, "the disk is full: free some space"},
        {SQLITE_IOERR_WRITE, EFBIG, MC_IOERR,
         "it has reached the size that a file may have here: raise the limit (ulimit -f)"},
        {SQLITE_IOERR_READ, EACCES, MC_NOPERM, "no permission: check the owner and mode of the file and its directory"},
        {SQLITE_IOERR_READ, EPERM, MC_NOPERM, "no permission: check the owner and mode of the file and its directory"},
        {SQLITE_IOERR_READ, EROFS, MC_IOERR, "the file system is read-only: mount it writable"},
        {SQLITE_IOERR_READ, ENOMEM, MC_OSERR, "the system is out of memory or open files: try again"},
        {SQLITE_CANTOPEN, EMFILE, MC_OSERR, "the system is out of memory or open files: try again"},
        {SQLITE_CANTOPEN, ENFILE, MC_OSERR, "the system is out of memory or open files: try again"},
        {SQLITE_CANTOPEN, ENOTDIR, MC_CANTCREAT, "the file or its directory is gone: make it with mc-ticket init"},
        {SQLITE_IOERR_READ, ENOENT, MC_CANTCREAT, "the file or its directory is gone: make it with mc-ticket init"},
        {SQLITE_CANTOPEN, ENOENT, MC_IOERR,
         "the disk is full: free some space"}, /* its -wal had no room, and the board is there */
        {SQLITE_IOERR_READ, EIO, MC_IOERR, "input/output error: check the disk"},
        {SQLITE_IOERR_READ, 0, MC_IOERR, "input/output error: check the disk"},
    };
    struct fixture *f = *state;
    only_of_files("results of SQLite");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        board_of.result = cases[i].result;
        board_of.number = cases[i].number;
        board_of.left = 0;
        bool ok = count(f->board, &f->err);
        board_of.left = -1;
        char *in = cases[i].code == MC_SOFTWARE ? xasprintf(" in \"%s\"", sql_sqlite[SQL_COUNT_TICKETS]) : xstrdup("");
        char *full = xasprintf("board %s: %s%s: %s", f->path, sqlite3_errstr(cases[i].result), in, cases[i].advice);
        if (ok || f->err.code != cases[i].code || strcmp(f->err.text, full) != 0)
            fail_msg("%d, %d: exit %d: %s", cases[i].result, cases[i].number, (int)f->err.code, f->err.text);
        err_release(&f->err);
        free(full);
        free(in);
    }
    board_of.result = SQLITE_BUSY;
    board_of.number = 0;
}

/* A file that cannot be read is damage, too, and no failure of the look. */
static void test_unreadable_is_damage(void **state) {
    struct fixture *f = *state;
    char *damage = NULL, *full;

    only_of_files("results of SQLite");
    full = xasprintf("board %s: %s: the file is damaged: see mc-board(5), BACKUP", f->path,
                     sqlite3_errstr(SQLITE_CORRUPT));
    board_of.result = SQLITE_CORRUPT;
    board_of.left = 0;
    must(checkup_whole(f->board, &damage, &f->err));
    board_of.left = -1;
    board_of.result = SQLITE_BUSY;
    assert_string_equal(damage, full);
    assert_null(f->err.text);
    free(damage);
    free(full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_failure_has_its_exit, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_unreadable_is_damage, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_compiled, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_committed, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_is_not_rolled_back_at_once, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_texts_of_a_hand, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_who_takes_no_more, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(test_no_failure_is_lost, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
