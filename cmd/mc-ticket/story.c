#include "story.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/rested.h"
#include "desk/waits.h"
#include "run/site.h"

static struct json *needs_json(const struct site *site, const struct story *story) {
    struct json *array = json_array();

    for (size_t i = 0; i < story->needs.count; i++) {
        struct json *object = json_object();
        char key[KEY_SIZE];

        site_key(site, story->needs.items[i].id, key);
        json_put_string(object, "ticket", key);
        json_put_string(object, "status", ticket_status_name(story->needs.items[i].status));
        json_push(array, object);
    }
    return array;
}

static void put_ticket(struct json *object, const struct site *site, const struct story *story) {
    const struct ticket *ticket = &story->ticket;
    const struct breaker_row *broken = waits_for(site, ticket, &story->backdrop.breakers);
    char *stuck = news_stuck(&story->backdrop, ticket, &story->beside), *next = story_next(story);
    char *waits = news_waits(&story->backdrop, ticket, &story->beside);
    char key[KEY_SIZE];

    site_key(site, ticket->id, key);
    json_put_string(object, "ticket", key);
    json_put_string(object, "status", ticket_status_name(ticket->status));
    json_put_string(object, "title", ticket->title);
    json_put_string(object, "body", ticket->body);
    json_put_string(object, "priority", priority_name(ticket->priority));
    json_put_string(object, "profile", ticket->profile);
    json_put_string(object, "workspace", ticket->workspace);
    json_put_string(object, "labels", ticket->labels);
    json_put_string(object, "dedupe_key", ticket->dedupe_key);
    json_put_string(object, "run", ticket->run_id);
    json_put_nonzero(object, "worker_pid", story->beside.parked ? 0 : ticket->worker.pid);
    json_put_string(object, "worker_host", ticket->worker_host);
    json_put_int(object, "attempts", ticket->attempts);
    json_put_nonzero(object, "next_attempt_at", ticket->next_attempt_at);
    json_put_string(object, "failure_reason", ticket->failure_reason);
    json_put_string(object, "result", ticket->result);
    json_put_bool(object, "parked", story->beside.parked);
    json_put_string(object, "stuck", stuck);
    json_put_string(object, "next_action", next);
    json_put_string(object, "cwd", story_cwd(story));
    json_put_string(object, "waits", waits);
    json_put_string(object, "waits_for", broken ? broken->thing : NULL);
    json_put_nonzero(object, "waits_until", broken ? broken->breaker.open_until : 0);
    free(waits);
    free(next);
    free(stuck);
    json_put_int(object, "created_at", ticket->created_at);
    json_put_int(object, "updated_at", ticket->updated_at);
}

static struct json *runtime_json(const struct runtime *runtime) {
    struct json *object = json_object();

    json_put_string(object, "run", runtime->run_id);
    json_put_string(object, "status", runtime_status_name(runtime->status));
    json_put_string(object, "host", runtime->host);
    json_put_string(object, "session", runtime->tmux_target);
    json_put_string(object, "pane", runtime->pane_id);
    json_put_nonzero(object, "pid", runtime->agent.pid);
    json_put_string(object, "profile", runtime->profile);
    json_put_string(object, "cwd", runtime->cwd);
    json_put_string(object, "log", runtime->pane_log_path);
    json_put_string(object, "nonce", runtime->turn_nonce);
    json_put_string(object, "last_nonce", runtime->last_turn_marker);
    json_put_string(object, "failure_reason", runtime->failure_reason);
    json_put_nonzero(object, "spawned_at", runtime->spawned_at);
    json_put_nonzero(object, "turn_started_at", runtime->turn_started_at);
    json_put_nonzero(object, "closed_at", runtime->closed_at);
    return object;
}

static struct json *slots_json(const struct changes *changes) {
    struct json *array = json_array();

    for (size_t i = 0; i < changes->slots.count; i++) {
        const struct slot *slot = &changes->slots.items[i];
        struct json *object = json_object();

        json_put_string(object, "slot", slot->name);
        json_put_string(object, "state", slot_state_name(slot->state));
        json_put_string(object, "path", slot->path);
        json_put_string(object, "run", slot->run_id);
        json_put_string(object, "note", slot->note);
        stray_put(object, changes->strays ? stray_json(&changes->strays[i]) : NULL);
        json_push(array, object);
    }
    return array;
}

static void look_at_messages(const struct story *story, struct next_sight *sight) {
    for (size_t i = 0; i < story->messages.count; i++) {
        const struct message *message = &story->messages.items[i];

        if (message->status != MESSAGE_PENDING)
            continue;
        if (!sight->messages || message->next_attempt_at < sight->due)
            sight->due = message->next_attempt_at;
        sight->messages = true;
    }
}

char *story_next(const struct story *story) {
    struct next_sight sight = {.agent = runtime_active(&story->runtime),
                               .working = story->runtime.status != RUNTIME_IDLE,
                               .unbranched = !story->changes.run,
                               .before = story->before};

    look_at_messages(story, &sight);
    return news_next(&story->backdrop, &story->ticket, &story->beside, &sight);
}

const char *story_cwd(const struct story *story) {
    const struct run_list *runs = &story->runs;

    for (size_t i = 0; i < story->changes.slots.count; i++)
        if (story->changes.slots.items[i].state == SLOT_CLAIMED)
            return story->changes.slots.items[i].path;
    /* What was its slot is another ticket's in a moment. */
    if (!story->runtime.session_key || story->changes.run || (runs->count && runs->items[runs->count - 1].workspace))
        return NULL;
    return story->runtime.cwd;
}

char *story_failure(const struct site *site, const struct story *story) {
    const char *reason = story->ticket.failure_reason;
    char key[KEY_SIZE];

    site_key(site, story->ticket.id, key);
    if (story->beside.parked)
        return rested_reason(key, reason);
    return reason ? xstrdup(reason) : NULL;
}

static struct json *changes_json(const struct story *story) {
    const struct changes *changes = &story->changes;
    const struct run *run = changes->run;
    struct json *object = json_object();

    json_put_string(object, "run", run->run_id);
    json_put_string(object, "branch", run->branch);
    json_put_string(object, "base", run->base);
    json_put_string(object, "why", changes->why);
    if (!changes->why)
        changes_put(object, changes);
    json_put_string(object, "preserved", run->preserved);
    json_put_string(object, "unpushed", story->unpushed);
    return object;
}

static struct json *run_json(const struct run *run) {
    struct json *object = json_object();

    json_put_string(object, "run", run->run_id);
    json_put_int(object, "attempt", run->attempt);
    json_put_string(object, "host", run->host);
    json_put_int(object, "started_at", run->started_at);
    json_put_nonzero(object, "ended_at", run->ended_at);
    json_put_string(object, "outcome", run->outcome);
    json_put_string(object, "class", run->class);
    json_put_string(object, "detail", run->detail);
    json_put_string(object, "workspace", run->workspace);
    json_put_string(object, "branch", run->branch);
    json_put_string(object, "base", run->base);
    json_put_string(object, "base_commit", run->base_commit);
    json_put_string(object, "preserved", run->preserved);
    return object;
}

static struct json *message_json(const struct message *message) {
    struct json *object = json_object();

    json_put_int(object, "id", message->id);
    json_put_string(object, "kind", message_kind_name(message->kind));
    json_put_string(object, "status", message_status_name(message->status));
    json_put_string(object, "author", message->author);
    json_put_string(object, "body", message->body);
    json_put_string(object, "nonce", message->nonce);
    json_put_string(object, "run", message->run_id);
    json_put_int(object, "attempts", message->attempts);
    json_put_string(object, "error", message->error);
    json_put_int(object, "created_at", message->created_at);
    json_put_nonzero(object, "sent_at", message->sent_at);
    return object;
}

static struct json *activity_json(const struct activity *activity) {
    struct json *object = json_object();

    json_put_int(object, "id", activity->id);
    json_put_string(object, "run", activity->run_id);
    json_put_string(object, "author", activity->author);
    json_put_string(object, "kind", activity->kind);
    json_put_string(object, "body", activity->body);
    json_put_int(object, "created_at", activity->created_at);
    return object;
}

struct json *story_json(const struct site *site, const struct story *story) {
    struct json *object = json_object();
    struct json *runs = json_array(), *messages = json_array(), *activity = json_array();

    json_put_int(object, "schema", 1);
    put_ticket(object, site, story);
    json_put(object, "after", needs_json(site, story));
    if (story->runtime.session_key)
        json_put(object, "runtime", runtime_json(&story->runtime));
    else
        json_put_null(object, "runtime");
    json_put(object, "slots", slots_json(&story->changes));
    if (story->changes.run)
        json_put(object, "changes", changes_json(story));
    else
        json_put_null(object, "changes");
    for (size_t i = 0; i < story->runs.count; i++)
        json_push(runs, run_json(&story->runs.items[i]));
    json_put(object, "runs", runs);
    for (size_t i = 0; i < story->messages.count; i++)
        json_push(messages, message_json(&story->messages.items[i]));
    json_put(object, "messages", messages);
    for (size_t i = 0; i < story->journal.last.count; i++)
        json_push(activity, activity_json(&story->journal.last.items[i]));
    json_put(object, "activity", activity);
    json_put_int(object, "earlier", story->journal.earlier);
    return object;
}
