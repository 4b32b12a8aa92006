#include "desk/page_words.h"

#include <stdio.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "run/site.h"

const char *page_status(enum ticket_status status) {
    static const char *const rows[TICKET_STATUS_COUNT] = {
        [TICKET_INBOX] = "Inbox",
        [TICKET_TODO] = "To do",
        [TICKET_IN_PROGRESS] = "In progress",
        [TICKET_IN_REVIEW] = "In review",
        [TICKET_NEEDS_INPUT] = "Needs input",
        [TICKET_BLOCKED] = "Blocked",
        [TICKET_DONE] = "Done",
        [TICKET_CANCELLED] = "Cancelled",
    };

    return rows[status];
}

void page_key(struct text *out, const struct page_board *board, int64_t id) {
    char key[KEY_SIZE];

    site_key(board->site, id, key);
    if (page_board_told(board, id))
        html_add(out, "<a class=\"key\" href=\"#t%lld\">%s</a>", (long long)id, key);
    else
        html_add(out, "<span class=\"key\">%s</span>", key);
}

void page_name(struct text *out, const struct page_board *board, int64_t id) {
    const struct ticket *ticket = page_board_ticket(board, id);

    page_key(out, board, id);
    if (ticket)
        html_add(out, " %s", ticket->title);
}

void page_time(struct text *out, int64_t ms) {
    char local[CLOCK_STAMP], utc[CLOCK_STAMP];

    clock_local(ms, local);
    clock_stamp(ms, utc);
    local[16] = '\0'; /* without seconds */
    html_add(out, "<time datetime=\"%s\">%s</time>", utc, local);
}

void page_age(struct text *out, const struct page_board *board, int64_t since) {
    char words[AGE_SIZE];

    age_words(board->now - since, words);
    html_add(out, "%s", words);
}

void page_labels(struct text *out, const char *labels) {
    while (*labels) {
        size_t n = strcspn(labels, ",");

        html_text(out, labels, n);
        labels += n;
        if (*labels) {
            text_add(out, ", ");
            labels++;
        }
    }
}

void page_command(struct text *out, const struct page_board *board, int64_t ticket, const char *verb) {
    bool told = strcmp(verb, "answer") == 0 || strcmp(verb, "reject") == 0;
    char key[KEY_SIZE];

    site_key(board->site, ticket, key);
    html_add(out, "<code class=\"do\">%s %s %s%s</code>", board->backdrop.program, verb, key, told ? " 'TEXT'" : "");
}

void page_typed(struct text *out, const struct page_board *board, const char *words) {
    html_add(out, "<code>%s %s</code>", board->backdrop.program, words);
}

void page_more(struct text *out, const struct page_board *board, int64_t count, const char *words) {
    html_add(out, "<p class=\"soft\">And %lld more: ", (long long)count);
    page_typed(out, board, words);
    text_add(out, "</p>\n");
}

void page_more_of(struct text *out, const struct page_board *board, int64_t count, enum ticket_status status) {
    char words[64];

    snprintf(words, sizeof words, "list --status %s --limit 0", ticket_status_name(status));
    page_more(out, board, count, words);
}
