#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_words.h"

enum { UNFOLDED = 8 };

/* From left to right as the work goes; and what is over. */
static const enum ticket_status open[] = {TICKET_TODO,      TICKET_IN_PROGRESS, TICKET_NEEDS_INPUT,
                                          TICKET_IN_REVIEW, TICKET_BLOCKED,     TICKET_INBOX},
                                closed[] = {TICKET_DONE, TICKET_CANCELLED};
enum { OPEN_COUNT = sizeof open / sizeof open[0], CLOSED_COUNT = sizeof closed / sizeof closed[0] };

static void add_ticket(struct text *out, const struct page_board *board, const struct ticket *ticket,
                       const struct page_news *news) {
    text_add(out, "<li>");
    page_key(out, board, ticket->id);
    html_add(out, " %s<p class=\"soft\">%s, ", ticket->title, priority_name(ticket->priority));
    page_age(out, board, ticket->updated_at);
    if (ticket->labels && *ticket->labels) {
        text_add(out, ", ");
        page_labels(out, ticket->labels);
    }
    text_add(out, "</p>");
    if (news && news->words && *news->words)
        html_add(out, news->stuck ? "<p class=\"bad\"><b>%s</b></p>" : "<p>%s</p>", news->words);
    text_add(out, "</li>\n");
}

/* Without more than its name: there may be thousands. */
static void add_folded(struct text *out, const struct page_board *board, const struct ticket_list *list) {
    html_add(out, "<details><summary>%zu more</summary>\n<ul>\n", list->count - UNFOLDED);
    for (size_t i = UNFOLDED; i < list->count; i++) {
        text_add(out, "<li>");
        page_key(out, board, list->items[i].id);
        html_add(out, " %s</li>\n", list->items[i].title);
    }
    text_add(out, "</ul></details>\n");
}

static void add_column(struct text *out, const struct page_board *board, enum ticket_status status) {
    const struct ticket_list *list = &board->columns[status];
    const char *name = ticket_status_name(status);
    long long count = board->counts.of[status], hidden = count - (long long)list->count;

    html_add(out, "<section aria-labelledby=\"c-%s\">\n<h3 id=\"c-%s\">%s <small>(%lld)</small></h3>\n", name, name,
             page_status(status), count);
    text_add(out, list->count ? "<ul>\n" : "");
    for (size_t i = 0; i < list->count && i < UNFOLDED; i++)
        add_ticket(out, board, &list->items[i], status == TICKET_TODO ? &board->queue.news[i] : NULL);
    text_add(out, list->count ? "</ul>\n" : "");
    if (list->count > UNFOLDED)
        add_folded(out, board, list);
    if (hidden > 0)
        page_more_of(out, board, hidden, status);
    text_add(out, "</section>\n");
}

static void add_group(struct text *out, const struct page_board *board, const enum ticket_status *of, int count) {
    for (int i = 0; i < count; i++)
        if (board->counts.of[of[i]])
            add_column(out, board, of[i]);
}

void page_columns(struct text *out, const struct page_board *board) {
    text_add(out, "<section id=\"board\" aria-labelledby=\"board-h\">\n<h2 id=\"board-h\">Board</h2>\n"
                  "<div class=\"board\">\n");
    add_group(out, board, open, OPEN_COUNT);
    text_add(out, "</div>\n<div class=\"closed\">\n");
    add_group(out, board, closed, CLOSED_COUNT);
    text_add(out, "</div>\n</section>\n");
}
