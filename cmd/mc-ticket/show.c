#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "call.h"
#include "rested.h"
#include "run/parked.h"
#include "store/board.h"
#include "store/runtimes.h"
#include "story.h"
#include "stuck.h"

enum { GIT_MS = 3000 };

static bool story_read(struct call *call, int64_t id, struct story *story, struct err *err) {
    struct board *board = call->site.board;
    char session_key[SESSION_KEY_SIZE];

    if (!tickets_find(board, id, &story->ticket, err))
        return false;
    if (!story->ticket.id)
        return call_no_ticket(call_word(call, 0), err);
    key_session_key(session_key, id);
    return tickets_needs(board, id, &story->needs, err) && runs_of_ticket(board, id, &story->runs, err) &&
           runtimes_get(board, session_key, &story->runtime, err) &&
           messages_of_ticket(board, id, &story->messages, err) && journal_list(board, id, &story->activity, err) &&
           breakers_list(board, &story->breakers, err) &&
           changes_find(&call->site, &story->runs, &story->changes, err) &&
           parked_ask(board, &story->ticket, &story->parked, err);
}

static void story_release(struct story *story) {
    changes_release(&story->changes);
    ticket_release(&story->ticket);
    runtime_release(&story->runtime);
    activity_list_release(&story->activity);
    ticket_need_list_release(&story->needs);
    run_list_release(&story->runs);
    message_list_release(&story->messages);
    breaker_list_release(&story->breakers);
}

static void print_field(const char *name, const char *value) {
    if (value == NULL || value[0] == '\0')
        return;
    printf("%-10s ", name);
    print_line(value, 0);
    putchar('\n');
}

static void print_time(const char *name, int64_t ms) {
    if (ms == 0)
        return;
    printf("%-10s ", name);
    print_stamp(ms);
    putchar('\n');
}

static void print_needs(const struct site *site, const struct story *story) {
    for (size_t i = 0; i < story->needs.count; i++) {
        char key[KEY_SIZE];

        site_key(site, story->needs.items[i].id, key);
        printf("%-10s %s (%s)\n", "after", key, ticket_status_name(story->needs.items[i].status));
    }
}

static void print_branch(const struct changes *changes) {
    struct text line = {0};

    printf("%-10s ", "branch");
    print_line(changes->run->branch, 0);
    if (changes->run->base) {
        fputs(" from ", stdout);
        print_line(changes->run->base, 0);
    }
    if (changes->why) {
        fputs(" (", stdout);
        print_line(changes->why, 0);
        puts(")");
        return;
    }
    changes_say(&line, changes);
    printf(": %s\n", text_str(&line));
    text_release(&line);
}

/* What was its slot is another ticket's in a moment. */
static bool had_workspace(const struct run_list *runs) {
    return runs->count && runs->items[runs->count - 1].workspace;
}

static void print_stray(const struct stray *stray, const char *base) {
    struct text line = {0};

    if (stray->yes)
        stray_say(&line, stray, base);
    print_field("", text_str(&line));
    text_release(&line);
}

/* Where the work is: its branch, its slots, and what was not committed. */
static void print_where(const struct story *story) {
    const struct changes *changes = &story->changes;

    if (changes->run)
        print_branch(changes);
    print_field("not pushed", story_unpushed(story));
    for (size_t i = 0; i < changes->slots.count; i++) {
        const struct slot *slot = &changes->slots.items[i];

        printf("%-10s %s, ", slot->state == SLOT_QUARANTINED ? "quarantine" : "slot", slot->name);
        print_line(slot->path, 0);
        putchar('\n');
        print_field("", slot->note);
        if (changes->strays && changes->run)
            print_stray(&changes->strays[i], changes->run->base);
    }
    if (changes->run && changes->run->preserved)
        printf("%-10s commit %.12s has what was not committed when its slot was given back\n", "kept",
               changes->run->preserved);
    if (story->runtime.session_key && !changes->slots.count && !changes->run && !had_workspace(&story->runs))
        print_field("directory", story->runtime.cwd);
}

static void print_parked(const struct story *story, const char *key) {
    const char *verb = story->ticket.status == TICKET_NEEDS_INPUT ? "answer" : "reject";

    if (story->parked)
        printf("%-10s its agent was ended to make room; mc-ticket %s %s TEXT goes to a new run\n", "parked", verb, key);
}

static void print_ticket(const struct site *site, const struct story *story) {
    const struct ticket *ticket = &story->ticket;
    char *stuck = story_stuck(site, story);
    char *waits = waits_words(waits_for(site, ticket, &story->breakers));
    char key[KEY_SIZE], *failure;

    site_key(site, ticket->id, key);
    failure = story->parked ? rested_reason(key, ticket->failure_reason) : NULL;
    if (!failure && ticket->failure_reason)
        failure = xstrdup(ticket->failure_reason);
    printf("%s  %s  ", key, ticket_status_name(ticket->status));
    print_line(ticket->title, 0);
    printf("\n%-10s %s\n", "priority", priority_name(ticket->priority));
    print_field("result", ticket->result);
    print_parked(story, key);
    print_field("stuck", stuck);
    free(stuck);
    print_field("waiting", waits);
    free(waits);
    print_where(story);
    print_field("profile", ticket->profile);
    print_field("workspace", ticket->workspace);
    print_field("labels", ticket->labels);
    print_needs(site, story);
    if (ticket->worker.pid != 0 && !story->parked) {
        printf("%-10s pid %lld on ", "worker", (long long)ticket->worker.pid);
        print_line(ticket->worker_host, 0);
        putchar('\n');
    }
    printf("%-10s %d\n", "attempts", ticket->attempts);
    print_time("not before", ticket->next_attempt_at);
    print_field("failure", failure);
    free(failure);
    print_time("created", ticket->created_at);
    print_time("updated", ticket->updated_at);
    if (ticket->body != NULL && ticket->body[0] != '\0') {
        puts("\nbody");
        print_block(ticket->body, "  ");
    }
}

static void print_runtime(const struct runtime *runtime) {
    printf("\nruntime    %s", runtime_status_name(runtime->status));
    if (runtime->agent.pid != 0)
        printf(", pid %lld", (long long)runtime->agent.pid);
    printf(", session ");
    print_line(runtime->tmux_target, 0);
    printf(" on ");
    print_line(runtime->host, 0);
    putchar('\n');
    print_field("  run", runtime->run_id);
    print_field("  profile", runtime->profile);
    print_field("  turn", runtime->turn_nonce);
    print_field("  last turn", runtime->last_turn_marker);
    print_field("  log", runtime->pane_log_path);
    print_field("  failure", runtime->failure_reason);
}

static void print_run(const struct run *run) {
    printf("  %s attempt %d, ", run->run_id, run->attempt);
    print_stamp(run->started_at);
    if (run->ended_at != 0) {
        fputs(" to ", stdout);
        print_stamp(run->ended_at);
    }
    printf(", %s", run->outcome != NULL ? "" : "under way");
    print_line(run->outcome, 0);
    if (run->class != NULL) {
        fputs(" (", stdout);
        print_line(run->class, 0);
        putchar(')');
    }
    if (run->detail != NULL && run->detail[0] != '\0') {
        fputs(": ", stdout);
        print_line(run->detail, 400);
    }
    putchar('\n');
}

static void print_message(const struct message *message) {
    printf("  #%lld %s %s, ", (long long)message->id, message_kind_name(message->kind),
           message_status_name(message->status));
    print_stamp(message->created_at);
    fputs(" by ", stdout);
    print_line(message->author, 0);
    if (message->attempts > 0)
        printf(", %d attempts", message->attempts);
    if (message->error != NULL) {
        fputs(", ", stdout);
        print_line(message->error, 400);
    }
    putchar('\n');
    if (message->kind == MESSAGE_NOTE)
        print_block(message->body, "     ");
}

/* "spawned pid 12 …" says its kind itself. */
static void print_activity(const struct activity *activity) {
    const char *body = activity->body != NULL ? activity->body : "";
    size_t first = strcspn(body, "\n"), kind = strlen(activity->kind);
    bool tells = strncmp(body, activity->kind, kind) == 0 && (body[kind] == ' ' || body[kind] == '\0');
    char *line = xstrndup(body, first);

    fputs("  ", stdout);
    print_stamp(activity->created_at);
    fputs("  ", stdout);
    print_line(activity->author, 0);
    fputs("  ", stdout);
    if (!tells) {
        print_line(activity->kind, 0);
        fputs(first > 0 ? ": " : "", stdout);
    }
    print_line(line, 0);
    putchar('\n');
    if (body[first] == '\n')
        print_block(body + first + 1, "      ");
    free(line);
}

static void print_story(const struct site *site, const struct story *story) {
    print_ticket(site, story);
    if (story->runtime.session_key)
        print_runtime(&story->runtime);
    if (story->runs.count > 0)
        puts("\nruns");
    for (size_t i = 0; i < story->runs.count; i++)
        print_run(&story->runs.items[i]);
    if (story->messages.count > 0)
        puts("\nmessages");
    for (size_t i = 0; i < story->messages.count; i++)
        print_message(&story->messages.items[i]);
    puts("\nactivity");
    for (size_t i = 0; i < story->activity.count; i++)
        print_activity(&story->activity.items[i]);
}

bool command_show(struct call *call, struct err *err) {
    struct story story = {0};
    int64_t id;
    bool ok;

    if (!call_open(call, true, err) || !call_key(call, call_word(call, 0), &id, err) ||
        !board_begin(call->site.board, err))
        return false;
    ok = story_read(call, id, &story, err);
    board_rollback(call->site.board);
    if (ok && story.changes.run)
        changes_look(&story.changes, GIT_MS);
    if (ok && call->json)
        call_print(story_json(&call->site, &story));
    else if (ok)
        print_story(&call->site, &story);
    story_release(&story);
    return ok;
}
