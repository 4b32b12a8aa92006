#ifndef MC_PAGE_WORDS_H
#define MC_PAGE_WORDS_H

#include <stdint.h>

#include "rules/words.h"

struct page_board;
struct text;
struct ticket;

/* What the parts of a page (page_parts.h) have in common. */

const char *page_status(enum ticket_status status); /* "Needs input" */

/* "MC-7" as a link to its story, or without one where that is not told; "MC-7 its title". */
void page_key(struct text *out, const struct page_board *board, int64_t id);
void page_name(struct text *out, const struct page_board *board, int64_t id);

/* "2026-11-29 10:21" on this machine's clock; "3 min" before the page was written. */
void page_time(struct text *out, int64_t ms);
void page_age(struct text *out, const struct page_board *board, int64_t since);

/* "speed, search" */
void page_labels(struct text *out, const char *labels);

/* Commands, as they are typed for this board in any shell. One to be copied: "mc-ticket VERB KEY", and where the verb
 * takes one, a TEXT; one in a sentence: "mc-ticket list --status todo". */
void page_command(struct text *out, const struct page_board *board, int64_t ticket, const char *verb);
void page_typed(struct text *out, const struct page_board *board, const char *words);

/* "And 12 more: mc-ticket runtimes", as a paragraph. */
void page_more(struct text *out, const struct page_board *board, int64_t count, const char *words);
void page_more_of(struct text *out, const struct page_board *board, int64_t count, enum ticket_status status);

#endif
