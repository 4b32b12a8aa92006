#ifndef MC_PAGE_AXIS_H
#define MC_PAGE_AXIS_H

struct page_board;
struct page_story;
struct text;

/* The runs of a ticket on an axis of time, and as a table. */
void page_axis(struct text *out, const struct page_board *board, const struct page_story *story);

#endif
