#include "rules/last_turn.h"

#include <string.h>

#include "rules/rows.h"

static bool of_turn(const struct turn_traces *traces, const struct message *message) {
    return message->nonce && message->run_id && !strcmp(message->run_id, traces->run_id) &&
           (message->status == MESSAGE_SENDING || message->status == MESSAGE_SENT);
}

/* Written at the end of whichever turn was under way. */
static bool is_nameless_end(const char *kind) {
    return !strcmp(kind, "reply") || !strcmp(kind, "quiet") || !strcmp(kind, "paused");
}

/* "DONE NONCE: payload", or "DONE -: payload": the payload is the agent's, and may name any turn. */
static bool is_end_of(const struct activity *row, const struct message *message) {
    const char *at = row->body ? row->body + strcspn(row->body, " \n") : "";
    size_t width = strlen(message->nonce);
    bool later = message->sent_at && row->created_at >= message->sent_at;

    if (strcmp(row->kind, "signal") != 0)
        return later && is_nameless_end(row->kind);
    if (!strncmp(at, " -:", 3))
        return later;
    return *at == ' ' && !strncmp(at + 1, message->nonce, width) && strchr(": \n", at[1 + width]);
}

static bool ended(const struct turn_traces *traces, const struct message *message) {
    for (size_t i = 0; i < traces->story_count; i++) {
        const struct activity *row = &traces->story[i];

        if (row->run_id && !strcmp(row->run_id, traces->run_id) && is_end_of(row, message))
            return true;
    }
    return false;
}

/* Being sent comes after all that was sent. */
static bool later(const struct message *message, const struct message *than) {
    if (!than || message->status != than->status)
        return !than || message->status == MESSAGE_SENDING;
    return message->sent_at >= than->sent_at;
}

/* A turn's messages go together: each nonce counts once. */
static bool first_of_nonce(const struct turn_traces *traces, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (of_turn(traces, &traces->messages[i]) && !strcmp(traces->messages[i].nonce, traces->messages[index].nonce))
            return false;
    return true;
}

void last_turn_find(struct last_turn *last, const struct turn_traces *traces) {
    const struct message *newest = NULL, *over = NULL;

    *last = (struct last_turn){0};
    for (size_t i = 0; i < traces->message_count; i++) {
        const struct message *message = &traces->messages[i];

        if (!of_turn(traces, message))
            continue;
        last->turns += first_of_nonce(traces, i);
        if (later(message, newest))
            newest = message;
        if (message->status == MESSAGE_SENT && later(message, over) && ended(traces, message))
            over = message;
    }
    last->before = over ? over->nonce : NULL;
    if (!newest || (over && !strcmp(over->nonce, newest->nonce)))
        return;
    last->nonce = newest->nonce;
    last->sent_at = newest->sent_at;
}
