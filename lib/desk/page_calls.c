#include <string.h>

#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_words.h"

enum { CARDS = 24 };

/* What each status asks of a person, and the commands that give it. */
static const struct call_row {
    enum ticket_status status;
    const char *what, *silent; /* silent: where it has said nothing */
    const char *verbs[4];
} rows[] = {
    {TICKET_NEEDS_INPUT, "Asks you", "It waits for a person.", {"answer", NULL}},
    {TICKET_IN_REVIEW, "Has delivered", "It has delivered without a word.", {"diff", "approve", "reject", NULL}},
    {TICKET_BLOCKED, "Is blocked", "It is held.", {"show", "reopen", NULL}},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* Its turn is still under way: what it waits for stands on its screen, and is answered there. */
static bool asks_on_screen(const struct page_board *board, const struct ticket *ticket) {
    for (size_t i = 0; ticket->status == TICKET_NEEDS_INPUT && i < board->runtimes.count; i++)
        if (board->runtimes.items[i].ticket_id == ticket->id && board->runtimes.items[i].status == RUNTIME_RUNNING)
            return true;
    return false;
}

static void begin_card(struct text *out, const struct page_board *board, const struct ticket *ticket,
                       const char *what) {
    text_add(out, "<li class=\"card call\">\n<h3>");
    page_name(out, board, ticket->id);
    html_add(out, "</h3>\n<p class=\"what\">%s, for ", what);
    page_age(out, board, ticket->updated_at);
    text_add(out, "</p>\n");
}

static void add_card(struct text *out, const struct page_board *board, const struct call_row *row,
                     const struct ticket *ticket) {
    const char *news = ticket_news(ticket), *unpushed = push_fails_of(&board->backdrop.unpushed, ticket->id);

    begin_card(out, board, ticket, row->what);
    html_add(out, "<blockquote>%s</blockquote>\n", news && *news ? news : row->silent);
    if (unpushed)
        html_add(out, "<p class=\"bad\"><b>Not pushed:</b> %s</p>\n", unpushed);
    if (asks_on_screen(board, ticket))
        page_command(out, board, ticket->id, "attach");
    for (int i = 0; row->verbs[i]; i++)
        if (ticket->workspace || strcmp(row->verbs[i], "diff") != 0)
            page_command(out, board, ticket->id, row->verbs[i]);
    text_add(out, "\n</li>\n");
}

/* Those to do that no pickup can ever take as things are: only a person frees them. */
static void add_stuck(struct text *out, const struct page_board *board) {
    const struct ticket_list *list = &board->columns[TICKET_TODO];
    int left = CARDS;

    for (size_t i = 0; i < list->count && left; i++) {
        const struct page_news *news = &board->queue.news[i];

        if (!news->stuck)
            continue;
        left--;
        begin_card(out, board, &list->items[i], "Can never be picked up");
        html_add(out, "<blockquote>%s</blockquote>\n", news->words);
        if (news->need) {
            page_command(out, board, news->need, "reopen");
            page_command(out, board, list->items[i].id, "cancel");
        } else
            page_command(out, board, list->items[i].id, "edit");
        text_add(out, "\n</li>\n");
    }
}

void page_calls(struct text *out, const struct page_board *board) {
    bool any = board->queue.stuck > 0;

    text_add(out, "<section id=\"calls\" aria-labelledby=\"calls-h\">\n<h2 id=\"calls-h\">Waiting for you</h2>\n");
    for (int i = 0; i < ROW_COUNT; i++)
        any = any || board->columns[rows[i].status].count;
    text_add(out, any ? "<ul class=\"cards\">\n" : "");
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct ticket_list *list = &board->columns[rows[i].status];

        for (size_t j = 0; j < list->count && j < CARDS; j++)
            add_card(out, board, &rows[i], &list->items[j]);
    }
    add_stuck(out, board);
    text_add(out, any ? "</ul>\n"
                      : "<p>Nothing. No ticket asks, has delivered, is blocked, or can never be picked up.</p>\n");
    for (int i = 0; i < ROW_COUNT; i++)
        if (board->counts.of[rows[i].status] > CARDS)
            page_more_of(out, board, board->counts.of[rows[i].status] - CARDS, rows[i].status);
    text_add(out, "</section>\n");
}
