#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/text.h"
#include "desk/drafts.h"
#include "paint.h"
#include "run/here.h"
#include "run/site.h"
#include "sheet.h"
#include "story.h"
#include "tale.h"

enum { RUNS_MAX = 5, DETAIL_MAX = 400 };

static void add_time(struct text *out, const char *name, int64_t ms, int64_t now) {
    if (!ms)
        return;
    text_addf(out, "%-10s ", name);
    sheet_stamp(out, ms);
    if (ms <= now) {
        text_add(out, ", ");
        sheet_age(out, now, ms);
        text_add(out, " ago");
    }
    text_addc(out, '\n');
}

static void add_title(struct text *out, const char *key, const struct ticket *ticket, int64_t now) {
    text_addf(out, "%s%s%s  %s%s%s  %s", paint(PAINT_BOLD), key, paint_end(), paint(paint_of_status(ticket->status)),
              ticket_status_name(ticket->status), paint_end(), paint(PAINT_BOLD));
    sheet_words(out, ticket->title, 0);
    text_addf(out, "%s  %s(", paint_end(), paint(PAINT_DIM));
    sheet_age(out, now, ticket->updated_at);
    text_addf(out, ")%s\n", paint_end());
}

/* Blocked by a person's word, and by no failure. */
static bool is_held(const struct story *story) {
    const struct activity_list *list = &story->journal.last;

    for (size_t i = list->count; story->ticket.status == TICKET_BLOCKED && i > 0; i--)
        if (text_same(list->items[i - 1].kind, "moved"))
            return list->items[i - 1].body && strstr(list->items[i - 1].body, "-> blocked (block)");
    return false;
}

/* What a person has to read first, whole. */
static void add_word(struct text *out, const struct site *site, const struct story *story) {
    const struct ticket *ticket = &story->ticket;
    char *failure = story_failure(site, story);

    if (ticket->status == TICKET_NEEDS_INPUT) {
        sheet_whole(out, "question", failure ? failure : ticket->result, PAINT_BAD);
        if (failure)
            sheet_field(out, "result", ticket->result);
    } else {
        sheet_whole(out, "result", ticket->result,
                    ticket->status == TICKET_IN_REVIEW || ticket->status == TICKET_DONE ? PAINT_GOOD : PAINT_PLAIN);
        sheet_whole(out, is_held(story) ? "held" : "failure", failure, PAINT_BAD);
    }
    if (ticket->status == TICKET_BLOCKED)
        tale_advice(out, &story->journal, failure ? failure : "");
    free(failure);
}

static void add_next(struct text *out, const struct story *story, const char *key) {
    const char *verb = story->ticket.status == TICKET_NEEDS_INPUT ? "answer" : "reject";
    char *stuck = news_stuck(&story->backdrop, &story->ticket, &story->beside), *next = story_next(story);
    char *waits = stuck ? NULL : news_waits(&story->backdrop, &story->ticket, &story->beside);

    if (story->beside.parked)
        text_addf(out, "%-10s its agent was ended to make room; %s %s %s TEXT goes to a new run\n", "parked",
                  story->backdrop.program, verb, key);
    sheet_field(out, "stuck", stuck);
    sheet_field(out, "waiting", waits ? waits + (text_starts(waits, "waits ") ? strlen("waits ") : 0) : NULL);
    sheet_whole(out, "next", next, PAINT_BOLD);
    free(waits);
    free(next);
    free(stuck);
}

static void add_branch(struct text *out, const struct changes *changes) {
    text_addf(out, "%-10s ", "branch");
    sheet_words(out, changes->run->branch, 0);
    if (changes->run->base) {
        text_add(out, " from ");
        sheet_words(out, changes->run->base, 0);
    }
    if (changes->why) {
        text_add(out, " (");
        sheet_words(out, changes->why, 0);
        text_add(out, ")\n");
        return;
    }
    text_add(out, ": ");
    changes_say(out, changes);
    text_addc(out, '\n');
}

static void add_stray(struct text *out, const struct stray *stray, const char *base) {
    struct text line = {0};

    if (stray->yes)
        stray_say(&line, stray, base);
    sheet_field(out, "", text_str(&line));
    text_release(&line);
}

static void add_host(struct text *out, const char *host) {
    text_add(out, " on host ");
    sheet_words(out, host, 0);
}

/* `host`: where that is another one; NULL. */
static void add_slot(struct text *out, const struct slot *slot, const char *host) {
    text_addf(out, "%-10s %s, ", slot->state == SLOT_QUARANTINED ? "quarantine" : "slot", slot->name);
    sheet_words(out, slot->path, 0);
    if (host)
        add_host(out, host);
    text_addc(out, '\n');
    sheet_field(out, "", slot->note);
}

static void add_slots(struct text *out, const struct changes *changes) {
    for (size_t i = 0; i < changes->slots.count; i++) {
        add_slot(out, &changes->slots.items[i], NULL);
        if (changes->strays && changes->run)
            add_stray(out, &changes->strays[i], changes->run->base);
    }
}

/* No look into those is had from here. */
static void add_away(struct text *out, const struct changes *changes) {
    for (size_t i = 0; i < changes->away.count; i++)
        add_slot(out, &changes->away.items[i], changes_host(changes));
}

static void add_kept(struct text *out, const struct changes *changes) {
    text_addf(out, "%-10s commit %.12s has what was not committed when its slot was given back", "kept",
              changes->run->preserved);
    if (changes_host(changes))
        add_host(out, changes_host(changes));
    text_addc(out, '\n');
}

/* Where it stands, of what stands on one machine only. */
static void add_elsewhere(struct text *out, const struct site *site, const char *host) {
    if (!site_here(site, host))
        add_host(out, host);
}

static void add_runtime(struct text *out, const struct story *story, const char *key) {
    const struct site *site = story->backdrop.site;
    const struct runtime *runtime = &story->runtime;

    text_addf(out, "%-10s %s", "runtime", runtime_status_name(runtime->status));
    if (runtime->agent.pid)
        text_addf(out, ", pid %lld", (long long)runtime->agent.pid);
    text_add(out, ", session ");
    sheet_words(out, runtime->tmux_target, 0);
    add_host(out, runtime->host);
    text_addc(out, '\n');
    if (runtime_active(runtime)) {
        text_addf(out, "%-10s %s attach %s", "attach", story->backdrop.program, key);
        add_elsewhere(out, site, runtime->host);
        text_addc(out, '\n');
    }
    if (runtime->pane_log_path) {
        text_addf(out, "%-10s ", "log");
        sheet_words(out, runtime->pane_log_path, 0);
        add_elsewhere(out, site, runtime->host);
        text_addc(out, '\n');
    }
}

static void add_drafts(struct text *out, const struct site *site, const char *key) {
    struct argv drafts = {0};

    drafts_find(site, key, &drafts);
    for (size_t i = 0; i < drafts.count; i++) {
        char *words = drafts_words(drafts.items[i]);

        sheet_whole(out, "edit", words, PAINT_PLAIN);
        free(words);
    }
    argv_release(&drafts);
}

static void add_where(struct text *out, const struct story *story, const char *key) {
    const struct changes *changes = &story->changes;

    sheet_field(out, "directory", story_cwd(story));
    if (changes->run)
        add_branch(out, changes);
    sheet_field(out, "not pushed", story->unpushed);
    add_slots(out, changes);
    add_away(out, changes);
    if (changes->run && changes->run->preserved)
        add_kept(out, changes);
    if (story->runtime.session_key)
        add_runtime(out, story, key);
}

static void add_needs(struct text *out, const struct site *site, const struct story *story) {
    for (size_t i = 0; i < story->needs.count; i++) {
        char key[KEY_SIZE];

        site_key(site, story->needs.items[i].id, key);
        text_addf(out, "%-10s %s (%s)\n", "after", key, ticket_status_name(story->needs.items[i].status));
    }
}

static void add_ticket(struct text *out, const struct site *site, const struct story *story, int64_t now) {
    const struct ticket *ticket = &story->ticket;

    text_addf(out, "\n%-10s %s\n", "priority", priority_name(ticket->priority));
    sheet_field(out, "profile", ticket->profile);
    sheet_field(out, "workspace", ticket->workspace);
    sheet_field(out, "labels", ticket->labels);
    add_needs(out, site, story);
    if (ticket->worker.pid && !story->beside.parked) {
        text_addf(out, "%-10s pid %lld", "worker", (long long)ticket->worker.pid);
        add_host(out, ticket->worker_host);
        text_addc(out, '\n');
    }
    if (ticket->attempts) /* since it was released last: its runs may be more */
        text_addf(out, "%-10s %d in a row\n", "failed", ticket->attempts);
    add_time(out, "not before", ticket->next_attempt_at, now);
    add_time(out, "created", ticket->created_at, now);
    add_time(out, "updated", ticket->updated_at, now);
    if (ticket->body && *ticket->body) {
        text_add(out, "\nbody\n");
        sheet_block(out, ticket->body, "  ");
    }
}

static void add_run(struct text *out, const struct site *site, const struct run *run) {
    text_addf(out, "  %s attempt %d", run->run_id, run->attempt);
    if (board_is_shared(site->board))
        add_host(out, run->host);
    text_add(out, ", ");
    sheet_stamp(out, run->started_at);
    if (run->ended_at) {
        text_add(out, " to ");
        sheet_stamp(out, run->ended_at);
    }
    text_addf(out, ", %s", run->outcome ? "" : "under way");
    sheet_words(out, run->outcome, 0);
    if (run->class) {
        text_add(out, " (");
        sheet_words(out, run->class, 0);
        text_addc(out, ')');
    }
    if (run->detail && *run->detail) {
        text_add(out, ": ");
        sheet_words(out, run->detail, DETAIL_MAX);
    }
    text_addc(out, '\n');
}

static void add_runs(struct text *out, const struct site *site, const struct run_list *runs) {
    size_t first = runs->count > RUNS_MAX ? runs->count - RUNS_MAX : 0;

    if (runs->count)
        text_add(out, "\nruns\n");
    if (first)
        text_addf(out, "  … %zu earlier: --json has all\n", first);
    for (size_t i = first; i < runs->count; i++)
        add_run(out, site, &runs->items[i]);
}

static void add_message(struct text *out, const struct message *message) {
    text_addf(out, "  #%lld %s %s, ", (long long)message->id, message_kind_name(message->kind),
              message_status_name(message->status));
    sheet_stamp(out, message->created_at);
    text_add(out, " by ");
    sheet_words(out, message->author, 0);
    if (message->attempts > 0)
        text_addf(out, ", %d attempts", message->attempts);
    if (message->error) {
        text_add(out, ", ");
        sheet_words(out, message->error, DETAIL_MAX);
    }
    text_addc(out, '\n');
    if (message->kind == MESSAGE_NOTE)
        sheet_block(out, message->body, "     ");
}

/* The story has those that were sent, the runs what became of their work. */
static bool waits(const struct message *message) {
    return message->status != MESSAGE_SENT && (message->kind == MESSAGE_NOTE || message->status != MESSAGE_FAILED);
}

static void add_messages(struct text *out, const struct message_list *messages) {
    const char *heading = "\nmessages\n";

    for (size_t i = 0; i < messages->count; i++) {
        if (!waits(&messages->items[i]))
            continue;
        text_add(out, heading);
        add_message(out, &messages->items[i]);
        heading = "";
    }
}

void facts_tell(struct text *out, const struct site *site, const struct story *story, int64_t now) {
    struct text where = {0};
    char key[KEY_SIZE];

    site_key(site, story->ticket.id, key);
    add_title(out, key, &story->ticket, now);
    add_word(out, site, story);
    add_next(out, story, key);
    add_drafts(out, site, key);
    add_where(&where, story, key);
    if (where.len)
        text_addf(out, "\n%s", text_str(&where));
    text_release(&where);
    add_ticket(out, site, story, now);
    add_runs(out, site, &story->runs);
    add_messages(out, &story->messages);
}
