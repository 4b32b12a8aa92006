#include "rules/rows.h"

#include <stdlib.h>

bool identity_known(const struct identity *identity) {
    return identity->pid > 0 && identity->start > 0 && identity->boot[0] != '\0';
}

bool runtime_active(const struct runtime *runtime) {
    return runtime->session_key && runtime->status != RUNTIME_DEAD && runtime->status != RUNTIME_CLOSED;
}

const char *ticket_news(const struct ticket *ticket) {
    switch (ticket->status) {
    case TICKET_IN_REVIEW:
    case TICKET_DONE:
        return ticket->result;
    case TICKET_NEEDS_INPUT:
        return ticket->failure_reason ? ticket->failure_reason : ticket->result;
    case TICKET_INBOX:
    case TICKET_TODO:
    case TICKET_IN_PROGRESS:
    case TICKET_BLOCKED:
    case TICKET_CANCELLED:
    case TICKET_STATUS_COUNT:
        break;
    }
    return ticket->failure_reason;
}

void ticket_release(struct ticket *ticket) {
    if (!ticket)
        return;
    free(ticket->title);
    free(ticket->body);
    free(ticket->profile);
    free(ticket->workspace);
    free(ticket->labels);
    free(ticket->dedupe_key);
    free(ticket->run_id);
    free(ticket->worker_host);
    free(ticket->failure_reason);
    free(ticket->result);
    *ticket = (struct ticket){0};
}

void run_release(struct run *run) {
    if (!run)
        return;
    free(run->host);
    free(run->outcome);
    free(run->class);
    free(run->detail);
    free(run->workspace);
    free(run->branch);
    free(run->base);
    free(run->base_commit);
    free(run->preserved);
    *run = (struct run){0};
}

void runtime_release(struct runtime *runtime) {
    if (!runtime)
        return;
    free(runtime->session_key);
    free(runtime->run_id);
    free(runtime->host);
    free(runtime->tmux_target);
    free(runtime->pane_id);
    free(runtime->profile);
    free(runtime->cwd);
    free(runtime->pane_log_path);
    free(runtime->turn_nonce);
    free(runtime->last_turn_marker);
    free(runtime->failure_reason);
    *runtime = (struct runtime){0};
}

void message_release(struct message *message) {
    if (!message)
        return;
    free(message->author);
    free(message->body);
    free(message->nonce);
    free(message->run_id);
    free(message->error);
    *message = (struct message){0};
}

void slot_release(struct slot *slot) {
    if (!slot)
        return;
    free(slot->host);
    free(slot->name);
    free(slot->workspace);
    free(slot->path);
    free(slot->run_id);
    free(slot->branch);
    free(slot->note);
    free(slot->head);
    *slot = (struct slot){0};
}

void activity_release(struct activity *activity) {
    if (!activity)
        return;
    free(activity->run_id);
    free(activity->author);
    free(activity->kind);
    free(activity->body);
    *activity = (struct activity){0};
}
