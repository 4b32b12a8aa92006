#include <string.h>

#include "base/html.h"
#include "base/text.h"
#include "desk/page_axis.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_words.h"
#include "run/site.h"

static void add_fact(struct text *out, const char *name, const char *value) {
    if (value && *value)
        html_add(out, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

static void add_change(struct text *out, const struct page_story *story) {
    const struct git_stat *stat = &story->stat;

    if (story->measured)
        html_add(out, "<dt>Changed</dt><dd>%lld commit%s, %lld file%s, +%lld \xE2\x88\x92%lld lines</dd>\n",
                 (long long)story->commits, story->commits == 1 ? "" : "s", (long long)stat->files,
                 stat->files == 1 ? "" : "s", (long long)stat->added, (long long)stat->removed);
    else if (story->unmeasured)
        html_add(out, "<dt>Changed</dt><dd>not known: %s</dd>\n", story->unmeasured);
}

static const char *branch_of(const struct page_story *story) {
    for (size_t i = story->runs.count; i > 0; i--)
        if (story->runs.items[i - 1].branch)
            return story->runs.items[i - 1].branch;
    return NULL;
}

static void add_facts(struct text *out, const struct page_story *story) {
    const struct ticket *ticket = story->ticket;

    text_add(out, "<dl>\n");
    add_fact(out, ticket->status == TICKET_NEEDS_INPUT ? "Question" : "Summary", ticket->result);
    add_fact(out, "Reason", ticket->failure_reason);
    add_fact(out, "Branch", branch_of(story));
    add_change(out, story);
    add_fact(out, "Priority", priority_name(ticket->priority));
    add_fact(out, "Profile", ticket->profile);
    add_fact(out, "Workspace", ticket->workspace);
    if (ticket->labels && *ticket->labels) {
        text_add(out, "<dt>Labels</dt><dd>");
        page_labels(out, ticket->labels);
        text_add(out, "</dd>\n");
    }
    if (ticket->attempts)
        html_add(out, "<dt>Failed</dt><dd>%d in a row</dd>\n", ticket->attempts);
    text_add(out, "<dt>Created</dt><dd>");
    page_time(out, ticket->created_at);
    text_add(out, "</dd>\n");
    if (ticket->next_attempt_at) {
        text_add(out, "<dt>Not before</dt><dd>");
        page_time(out, ticket->next_attempt_at);
        text_add(out, "</dd>\n");
    }
    text_add(out, "</dl>\n");
}

static void add_text(struct text *out, const char *bytes) {
    if (!*bytes)
        return;
    text_add(out, "<pre class=\"text\">");
    html_text(out, bytes, strlen(bytes));
    text_add(out, "</pre>");
}

/* "spawned pid 12 …" says its kind itself. */
static void add_activity(struct text *out, const struct activity *activity) {
    const char *body = activity->body ? activity->body : "";
    size_t first = strcspn(body, "\n"), kind = strlen(activity->kind);
    bool tells = strncmp(body, activity->kind, kind) == 0 && (body[kind] == ' ' || body[kind] == '\0');

    text_add(out, "<li>");
    page_time(out, activity->created_at);
    if (tells)
        text_add(out, " ");
    else
        html_add(out, " <b>%s</b> ", activity->kind);
    html_text(out, body, first);
    if (activity->author)
        html_add(out, " <small>(%s)</small>", activity->author);
    add_text(out, body + first + (body[first] == '\n'));
    text_add(out, "</li>\n");
}

static void add_story(struct text *out, const struct page_board *board, const struct page_story *story) {
    const struct ticket *ticket = story->ticket;
    char key[KEY_SIZE];

    site_key(board->site, ticket->id, key);
    html_add(out,
             "<details class=\"story\"><summary><h3><b class=\"key\">%s</b> %s <small>%s</small></h3></summary>\n"
             "<div id=\"t%lld\">\n",
             key, ticket->title, page_status(ticket->status), (long long)ticket->id);
    add_facts(out, story);
    if (story->body && *story->body) {
        text_add(out, "<h4>What was asked</h4>\n");
        add_text(out, story->body);
    }
    page_axis(out, board, story);
    text_add(out, "<h4>What happened</h4>\n<ol class=\"log\">\n");
    for (size_t i = story->activity.count; i > 0; i--)
        add_activity(out, &story->activity.items[i - 1]);
    text_add(out, "</ol>\n");
    page_command(out, board, ticket->id, "show");
    text_add(out, "\n</div>\n</details>\n");
}

static void add_none(struct text *out, const struct page_board *board) {
    text_add(out, "<p>There is no ticket yet: ");
    page_typed(out, board, "add TITLE");
    text_add(out, "</p>\n");
}

void page_stories(struct text *out, const struct page_board *board) {
    text_add(out, "<section id=\"stories\" aria-labelledby=\"stories-h\">\n<h2 id=\"stories-h\">Stories</h2>\n");
    if (!board->story_count)
        add_none(out, board);
    for (size_t i = 0; i < board->story_count; i++)
        add_story(out, board, &board->stories[i]);
    text_add(out, "</section>\n");
}
