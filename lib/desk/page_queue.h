#ifndef MC_PAGE_QUEUE_H
#define MC_PAGE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backdrop;
struct err;
struct ticket_list;

/* Of a ticket to do: what it waits for, as list says it. */
struct page_news {
    char *words;  /* NULL: nothing */
    int64_t need; /* the cancelled one that it waits for; 0: none */
    bool stuck;   /* only a person can free it */
};

/* The column of those to do, read already: brought into the order in which they would be claimed (store/line.h), with
 * those that would not be behind them; where it holds only a part of them, it is the first part. Inside the read
 * transaction. */
struct page_queue {
    const struct backdrop *backdrop;
    struct ticket_list *list;
    struct page_news *news; /* of each in the list */
    size_t stuck;           /* so many of them are */
};
bool page_queue_read(struct page_queue *queue, struct err *err);
void page_queue_release(struct page_queue *queue); /* before the list */

#endif
