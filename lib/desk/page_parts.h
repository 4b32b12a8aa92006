#ifndef MC_PAGE_PARTS_H
#define MC_PAGE_PARTS_H

struct page_board;
struct text;

/* The parts of a page, in their order: markup that is XML as well, and every word from the board through base/html.h.
 */
void page_head(struct text *out, const struct page_board *board);    /* up to the way to the other parts */
void page_calls(struct text *out, const struct page_board *board);   /* what waits for a person */
void page_agents(struct text *out, const struct page_board *board);  /* those that live, and their screens */
void page_columns(struct text *out, const struct page_board *board); /* the tickets by status */
void page_plots(struct text *out, const struct page_board *board);   /* the last days */
void page_places(struct text *out, const struct page_board *board);  /* slots and hosts */
void page_stories(struct text *out, const struct page_board *board); /* one ticket after the other */

#endif
