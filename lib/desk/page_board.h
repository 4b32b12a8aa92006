#ifndef MC_PAGE_BOARD_H
#define MC_PAGE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "desk/health.h"
#include "desk/news.h"
#include "desk/page_queue.h"
#include "host/git_show.h"
#include "store/counts.h"
#include "store/glimpse.h"

struct err;
struct site;

/* What a page shows, and no more of it than it shows: the rows in one snapshot, and what is seen outside. */
enum { PAGE_DAYS = 14, PAGE_AGENTS = 40 };

struct page_story {
    const struct ticket *ticket; /* in a column */
    char *body;
    struct run_list runs;
    struct activity_list activity;
    bool measured; /* the work on the branch of its last run that has one */
    int64_t commits;
    struct git_stat stat;
    char *unmeasured; /* why not; NULL: it has none */
};

/* What the agent of a runtime shows. */
struct page_screen {
    struct text text;
    const char *why; /* it was not seen; NULL: it was */
};

struct page_board {
    struct site *site;
    int64_t now;
    struct ticket_counts counts;
    struct ticket_list columns[TICKET_STATUS_COUNT]; /* those to do in the order in which they would be claimed */
    struct backdrop backdrop;
    struct page_queue queue; /* of those to do */
    struct page_story *stories;
    size_t story_count;
    struct runtime_list runtimes;
    struct page_screen *screens; /* of the first PAGE_AGENTS runtimes */
    char *paused;                /* NULL: it is not */
    struct glimpse_day days[PAGE_DAYS];
    struct health health;
};

/* At most `limit` tickets. Nothing is held when it returns. */
bool page_board_read(struct page_board *board, struct site *site, int64_t limit, struct err *err);
void page_board_release(struct page_board *board);

/* NULL: it is not shown. */
const struct ticket *page_board_ticket(const struct page_board *board, int64_t id);
bool page_board_told(const struct page_board *board, int64_t id); /* has it a story there? */

#endif
