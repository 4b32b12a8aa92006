#include "desk/page_board.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "rules/page.h"
#include "run/site.h"
#include "run/site_command.h"
#include "store/board.h"
#include "store/journal.h"

enum { STORIES = 48, STORY_ROWS = 40, STORY_WIDTH = 1200, BODY_WIDTH = 4000, RUNS = 20 };

/* Of what waits, what has waited longest stands first; of the rest what changed last. */
static bool is_waiting(enum ticket_status status) {
    return status == TICKET_NEEDS_INPUT || status == TICKET_IN_REVIEW || status == TICKET_BLOCKED ||
           status == TICKET_TODO || status == TICKET_INBOX;
}

static bool read_columns(struct page_board *board, int64_t limit, struct err *err) {
    int64_t shares[TICKET_STATUS_COUNT];

    if (!counts_read(board->site->board, &board->counts, err))
        return false;
    page_shares(board->counts.of, limit, shares);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        const struct glimpse_want want = {(enum ticket_status)i, is_waiting((enum ticket_status)i), shares[i]};

        if (shares[i] && !glimpse_tickets(board->site->board, &want, &board->columns[i], err))
            return false;
    }
    return true;
}

static bool read_story(struct page_board *board, const struct ticket *ticket, struct err *err) {
    struct page_story *story = &board->stories[board->story_count++];
    const struct glimpse_ticket body = {.id = ticket->id, .width = BODY_WIDTH},
                                runs = {.id = ticket->id, .limit = RUNS},
                                rows = {.id = ticket->id, .width = STORY_WIDTH, .limit = STORY_ROWS};

    *story = (struct page_story){.ticket = ticket};
    return glimpse_body(board->site->board, &body, &story->body, err) &&
           glimpse_runs(board->site->board, &runs, &story->runs, err) &&
           glimpse_story(board->site->board, &rows, &story->activity, err);
}

static bool read_stories(struct page_board *board, struct err *err) {
    int64_t counts[TICKET_STATUS_COUNT], shares[TICKET_STATUS_COUNT];

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        counts[i] = (int64_t)board->columns[i].count;
    page_shares(counts, STORIES, shares);
    board->stories = xcalloc(STORIES, sizeof *board->stories);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        for (int64_t j = 0; j < shares[page_order[i]]; j++)
            if (!read_story(board, &board->columns[page_order[i]].items[j], err))
                return false;
    return true;
}

static bool read_days(struct page_board *board, struct err *err) {
    for (int i = 0; i < PAGE_DAYS; i++) {
        int before = PAGE_DAYS - 1 - i;

        board->days[i] = (struct glimpse_day){.from = clock_midnight(board->now, before),
                                              .to = clock_midnight(board->now, before - 1)};
        if (!glimpse_day(board->site->board, &board->days[i], err))
            return false;
    }
    return true;
}

static bool read_rows(struct page_board *board, int64_t limit, struct err *err) {
    struct board *rows = board->site->board;

    return backdrop_read(board->site, &board->backdrop, err) && read_columns(board, limit, err) &&
           page_queue_read(&board->queue, err) && read_stories(board, err) && read_days(board, err) &&
           runtimes_list(rows, NULL, &board->runtimes, err) && settings_get(rows, "paused", &board->paused, err);
}

bool page_board_read(struct page_board *board, struct site *site, int64_t limit, struct err *err) {
    bool ok;

    *board = (struct page_board){.site = site, .now = clock_now()};
    board->queue.backdrop = &board->backdrop;
    board->queue.list = &board->columns[TICKET_TODO];
    ok = board_begin_read(site->board, err) && read_rows(board, limit, err);
    board_rollback(site->board);
    free(board->backdrop.program);
    board->backdrop.program = site_command_anywhere(site);
    return ok && health_look(site, &board->health, err);
}

static void story_release(struct page_story *story) {
    free(story->body);
    free(story->unmeasured);
    run_list_release(&story->runs);
    activity_list_release(&story->activity);
}

void page_board_release(struct page_board *board) {
    for (size_t i = 0; i < board->story_count; i++)
        story_release(&board->stories[i]);
    free(board->stories);
    for (size_t i = 0; board->screens && i < board->runtimes.count && i < PAGE_AGENTS; i++)
        text_release(&board->screens[i].text);
    free(board->screens);
    page_queue_release(&board->queue);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        ticket_list_release(&board->columns[i]);
    runtime_list_release(&board->runtimes);
    backdrop_release(&board->backdrop);
    free(board->paused);
    health_release(&board->health);
    *board = (struct page_board){0};
}

const struct ticket *page_board_ticket(const struct page_board *board, int64_t id) {
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        for (size_t j = 0; j < board->columns[i].count; j++)
            if (board->columns[i].items[j].id == id)
                return &board->columns[i].items[j];
    return NULL;
}

bool page_board_told(const struct page_board *board, int64_t id) {
    for (size_t i = 0; i < board->story_count; i++)
        if (board->stories[i].ticket->id == id)
            return true;
    return false;
}
