#ifndef MC_PAGE_H
#define MC_PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct site;
struct text;

/* The board as one HTML file that needs nothing else and asks for nothing (SPEC section 17). It costs the same whatever
 * the size of the board: at most `limit` tickets are named, and the stories of 48 told. */
enum { PAGE_TICKETS = 1000, PAGE_TICKETS_MAX = 100000 };

/* 65 where what is asked for is more than fits into one page. */
bool page_compose(struct site *site, int64_t limit, struct text *out, struct err *err);

/* Where it belongs: `page` of the configuration, else "page.html" beside the board. New string. */
char *page_place(const struct site *site);

/* Composed and put there (host/publish.h), unless that would replace what the board lives by: 64, or 78 for the place
 * that the configuration names. */
struct page_order {
    const char *path;
    int64_t limit;
};
bool page_write(struct site *site, const struct page_order *order, struct err *err);

/* Has the board been written to since the page of the configuration was made, by whomever? By a look at three files. */
bool page_is_old(const struct site *site);

#endif
