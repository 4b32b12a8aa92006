/* What the store reads of tickets, runs, agents, messages and slots. */
#define STORE_MORE 120
#include "samples_store.h"
#include "store/amend.h"

VERB(tickets_get) {
    ONE(ticket, one, tickets_get(board, ticket_id(), &one, err));
}

VERB(tickets_find) {
    ONE(ticket, one, tickets_find(board, ticket_id(), &one, err));
}

VERB(tickets_line) {
    ONE(ticket, one, tickets_line(board, ticket_id(), &one, err));
}

VERB(tickets_there) {
    YES(tickets_there(board, 1 + draw(14), &yes, err));
}

VERB(tickets_by_dedupe) {
    struct ticket_added known;
    bool ok;

    dirty(&known, sizeof known);
    ok = tickets_by_dedupe(board, any_of("dedupe_key"), &known, err);
    tell_added(out, &known);
    return ok;
}

VERB(tickets_list) {
    const struct ticket_filter filter = {.status = (enum ticket_status)draw(TICKET_STATUS_COUNT + 1), .limit = draw(4)};

    LIST(ticket_list, tickets_list(board, &filter, &list, err), tell_ticket, ticket_list_release);
}

static void tell_need(struct text *out, const struct ticket_need *need) {
    text_addf(out, " %lld.%d", (long long)need->id, need->status);
}

VERB(tickets_needs) {
    LIST(ticket_need_list, tickets_needs(board, ticket_id(), &list, err), tell_need, ticket_need_list_release);
}

VERB(tickets_need_towards) {
    const struct need_way way = {.id = ticket_id(), .goal = ticket_id()};

    NUMBER(tickets_need_towards(board, &way, &number, err));
}

VERB(runtimes_get) {
    ONE(runtime, one, runtimes_get(board, any_of("session_key"), &one, err));
}

VERB(runtimes_list) {
    LIST(runtime_list, runtimes_list(board, some("host"), &list, err), tell_runtime, runtime_list_release);
}

VERB(runs_get) {
    ONE(run, one, runs_get(board, any_of("run_id"), &one, err));
}

VERB(runs_worked) {
    ONE(run, one, runs_worked(board, any_of("run_id"), &one, err));
}

VERB(runs_of_ticket) {
    LIST(run_list, runs_of_ticket(board, ticket_id(), &list, err), tell_run, run_list_release);
}

VERB(runs_any) {
    YES(runs_any(board, &yes, err));
}

VERB(runs_owing) {
    struct argv ids = {0};
    bool ok = runs_owing(board, any_of("host"), &ids, err);

    tell_words(out, &ids);
    argv_release(&ids);
    return ok;
}

VERB(messages_get) {
    ONE(message, one, messages_get(board, 1 + draw(60), &one, err));
}

VERB(messages_work) {
    ONE(message, one, messages_work(board, any_of("run_id"), &one, err));
}

VERB(messages_of_ticket) {
    LIST(message_list, messages_of_ticket(board, ticket_id(), &list, err), tell_message, message_list_release);
}

VERB(messages_notes) {
    const struct message_turn turn = {.ticket_id = ticket_id(), .nonce = some("nonce")};

    TEXT(messages_notes(board, &turn, &word, err));
}

VERB(messages_told) {
    TEXT(messages_told(board, ticket_id(), &word, err));
}

VERB(messages_next) {
    const struct delivery_want want = {.host = any_of("host"), .now = moment(), .latest = HORIZON};
    struct delivery next;
    bool ok;

    dirty(&next, sizeof next);
    ok = messages_next(board, &want, &next, err);
    tell_message(out, &next.message);
    tell_runtime(out, &next.runtime);
    message_release(&next.message);
    runtime_release(&next.runtime);
    return ok;
}

VERB(messages_standing) {
    const struct message_turn turn = {.ticket_id = ticket_id(), .run_id = any_of("run_id"), .nonce = any_of("nonce")};
    struct message_standing standing;
    bool ok;

    dirty(&standing, sizeof standing);
    ok = messages_standing(board, &turn, &standing, err);
    text_addf(out, " %d %d %d", standing.waiting, standing.after_go_on, standing.person);
    return ok;
}

VERB(effects_end_begun) {
    YES(effects_end_begun(board, any_of("run_id"), &yes, err));
}

VERB(effects_spawned) {
    YES(effects_spawned(board, any_of("run_id"), &yes, err));
}

VERB(slots_list) {
    LIST(slot_list, slots_list(board, any_of("host"), &list, err), tell_slot, slot_list_release);
}

VERB(slots_left) {
    LIST(slot_list, slots_left(board, any_of("host"), &list, err), tell_slot, slot_list_release);
}

VERB(slots_get) {
    ONE(slot, one, slots_get(board, any_of("slot"), &one, err));
}

VERB(slots_of_run) {
    ONE(slot, one, slots_of_run(board, any_of("run_id"), &one, err));
}

VERB(slots_next) {
    const struct slot_pool pool = {.workspace = draw(2) ? "v" : "w", .folder = "/p", .size = draw(5)};
    const struct slot_want want = {.host = any_of("host"),
                                   .run_id = any_of("run_id"),
                                   .ticket_id = ticket_id(),
                                   .pool = &pool,
                                   .after = draw(4),
                                   .left = draw(2),
                                   .now = NOW};

    ONE(slot, one, slots_next(board, &want, &one, err));
}

VERB(slots_still_left) {
    struct slot seen;
    bool left = true;

    dirty(&seen, sizeof seen);
    if (!slots_get(board, any_of("slot"), &seen, err))
        return false;
    bool ok = !seen.name || slots_still_left(board, &seen, &left, err);
    tell(out, left);
    slot_release(&seen);
    return ok;
}

static const struct verb verbs[] = {
    NAMED(tickets_get),
    NAMED(tickets_find),
    NAMED(tickets_line),
    NAMED(tickets_there),
    NAMED(tickets_by_dedupe),
    NAMED(tickets_list),
    NAMED(tickets_needs),
    NAMED(tickets_need_towards),
    NAMED(runtimes_get),
    NAMED(runtimes_list),
    NAMED(runs_get),
    NAMED(runs_worked),
    NAMED(runs_of_ticket),
    NAMED(runs_any),
    NAMED(runs_owing),
    NAMED(messages_get),
    NAMED(messages_work),
    NAMED(messages_of_ticket),
    NAMED(messages_notes),
    NAMED(messages_told),
    NAMED(messages_next),
    NAMED(messages_standing),
    NAMED(effects_end_begun),
    NAMED(effects_spawned),
    NAMED(slots_list),
    NAMED(slots_left),
    NAMED(slots_get),
    NAMED(slots_of_run),
    NAMED(slots_next),
    NAMED(slots_still_left),
    {NULL, NULL},
};

int main(int argc, char **argv) {
    return store_samples(argc, argv, "store_tickets", verbs);
}
