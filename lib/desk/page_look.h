#ifndef MC_PAGE_LOOK_H
#define MC_PAGE_LOOK_H

struct page_board;

/* What only tmux and git know: the screens of this host's agents within two seconds in all, and how much the tickets
 * with a story have changed within three. What was not seen by then says so. */
void page_look(struct page_board *board);

#endif
