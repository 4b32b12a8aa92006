#include "store/read.h"

#include "base/mem.h"
#include "rules/rows.h"
#include "store/columns.h"
#include "store/db.h"

enum { COUNT_MOST = 1000 * 1000 * 1000 };

static bool absent(struct query *query, int width) {
    bool null = query_is_null(query);
    if (null)
        query_skip(query, width);
    return null;
}

/* What a hand has put beyond all sense: nothing of ours writes it, and sums with it might overflow. */
static int64_t read_up_to(struct query *query, int64_t most) {
    int64_t number = query_number(query);
    if (number < 0)
        return 0;
    return number < most ? number : most;
}

static int64_t read_time(struct query *query) {
    return read_up_to(query, NUMBER_MOST);
}

static int read_count(struct query *query) {
    return (int)read_up_to(query, COUNT_MOST);
}

static void read_identity(struct query *query, struct identity *identity) {
    identity->pid = query_number(query);
    identity->start = query_number(query);
    query_fit(query, identity->boot, sizeof identity->boot);
    identity->ns = query_number(query);
}

bool read_ticket(struct query *query, struct ticket *ticket) {
    *ticket = (struct ticket){0};
    if (absent(query, TICKET_WIDTH))
        return false;
    ticket->id = query_number(query);
    ticket->title = query_text(query);
    ticket->body = query_text(query);
    ticket->status = (enum ticket_status)query_word(query, ticket_status_from);
    ticket->priority = (enum priority)query_word(query, priority_from);
    ticket->profile = query_text(query);
    ticket->workspace = query_text(query);
    ticket->labels = query_text(query);
    ticket->dedupe_key = query_text(query);
    ticket->run_id = query_text(query);
    read_identity(query, &ticket->worker);
    ticket->worker_host = query_text(query);
    ticket->attempts = read_count(query);
    ticket->next_attempt_at = read_time(query);
    ticket->world_failures = read_count(query);
    ticket->failure_reason = query_text(query);
    ticket->created_at = read_time(query);
    ticket->queued_at = read_time(query);
    ticket->updated_at = read_time(query);
    ticket->turns = read_count(query);
    ticket->worked_ms = read_time(query);
    ticket->result = query_text(query);
    return true;
}

bool read_run(struct query *query, struct run *run) {
    *run = (struct run){0};
    if (absent(query, RUN_WIDTH))
        return false;
    query_copy(query, run->run_id, sizeof run->run_id);
    run->ticket_id = query_number(query);
    run->attempt = read_count(query);
    run->host = query_text(query);
    read_identity(query, &run->pickup);
    run->started_at = read_time(query);
    run->ended_at = read_time(query);
    run->outcome = query_text(query);
    run->class = query_text(query);
    run->detail = query_text(query);
    run->workspace = query_text(query);
    run->branch = query_text(query);
    run->base = query_text(query);
    run->base_commit = query_text(query);
    run->preserved = query_text(query);
    run->owes = query_number(query) != 0;
    return true;
}

/* A name that a hand has taken away names nothing: no reader meets a NULL. */
static char *read_name(struct query *query) {
    char *name = query_text(query);
    return name ? name : xstrdup("");
}

void read_runtime(struct query *query, struct runtime *runtime) {
    *runtime = (struct runtime){0};
    runtime->session_key = query_text(query);
    runtime->ticket_id = query_number(query);
    runtime->run_id = query_text(query);
    runtime->host = query_text(query);
    runtime->status = (enum runtime_status)query_word(query, runtime_status_from);
    runtime->tmux_target = read_name(query);
    runtime->pane_id = read_name(query);
    read_identity(query, &runtime->agent);
    runtime->profile = query_text(query);
    runtime->cwd = query_text(query);
    runtime->pane_log_path = query_text(query);
    runtime->turn_nonce = query_text(query);
    runtime->last_turn_marker = query_text(query);
    runtime->harvest_offset = query_number(query);
    runtime->failure_reason = query_text(query);
    runtime->spawned_at = read_time(query);
    runtime->turn_started_at = read_time(query);
    runtime->last_output_at = read_time(query);
    runtime->closed_at = read_time(query);
    runtime->turn_count = read_count(query);
    query_fit(query, runtime->tick_boot, sizeof runtime->tick_boot);
    runtime->spawned_tick = read_time(query);
    runtime->turn_started_tick = read_time(query);
    runtime->stall_tick = read_time(query);
    runtime->idle_tick = read_time(query);
    runtime->quiet = read_count(query);
}

void read_message(struct query *query, struct message *message) {
    *message = (struct message){0};
    if (absent(query, MESSAGE_WIDTH))
        return;
    message->id = query_number(query);
    message->ticket_id = query_number(query);
    message->author = query_text(query);
    message->kind = (enum message_kind)query_word(query, message_kind_from);
    message->body = query_text(query);
    message->status = (enum message_status)query_word(query, message_status_from);
    message->nonce = query_text(query);
    message->run_id = query_text(query);
    message->attempts = read_count(query);
    message->next_attempt_at = read_time(query);
    message->error = query_text(query);
    message->created_at = read_time(query);
    message->sent_at = read_time(query);
    message->purpose = (enum message_purpose)query_word(query, message_purpose_from);
}

void read_slot(struct query *query, struct slot *slot) {
    *slot = (struct slot){0};
    slot->host = query_text(query);
    slot->name = query_text(query);
    slot->workspace = query_text(query);
    slot->number = query_number(query);
    slot->path = query_text(query);
    slot->state = (enum slot_state)query_word(query, slot_state_from);
    slot->ticket_id = query_number(query);
    slot->run_id = query_text(query);
    slot->branch = query_text(query);
    slot->claimed_at = read_time(query);
    slot->note = query_text(query);
    slot->head = query_text(query);
}

void read_activity(struct query *query, struct activity *activity) {
    *activity = (struct activity){0};
    activity->id = query_number(query);
    activity->ticket_id = query_number(query);
    activity->run_id = query_text(query);
    activity->author = query_text(query);
    activity->kind = query_text(query);
    activity->body = query_text(query);
    activity->created_at = read_time(query);
}
