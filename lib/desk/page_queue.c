#include "desk/page_queue.h"

#include <stdlib.h>

#include "base/mem.h"
#include "desk/news.h"
#include "run/site.h"
#include "store/line.h"
#include "store/tickets.h"

/* Where a ticket of the column stands in the line. */
struct place {
    int64_t id;
    size_t at;
};

static int by_id(const void *a, const void *b) {
    const struct place *p = a, *q = b;

    return (p->id > q->id) - (p->id < q->id);
}

/* The first `most` ids of the line. */
static bool read_line(const struct page_queue *queue, size_t most, struct id_list *ids, struct err *err) {
    struct line line;
    int64_t id;
    bool ok = line_open(&line, queue->backdrop->site->board, &queue->backdrop->wanted.claim, err);

    while (ok && ids->count < most && line_next(&line, &id, err)) {
        ids->items = xgrow(ids->items, ids->count, &ids->cap, sizeof *ids->items);
        ids->items[ids->count++] = id;
    }
    ok = ok && !line.failed;
    line_close(&line);
    return ok;
}

static struct place *places_of(const struct ticket_list *list) {
    struct place *places = xcalloc(list->count, sizeof *places);

    for (size_t i = 0; i < list->count; i++)
        places[i] = (struct place){list->items[i].id, i};
    qsort(places, list->count, sizeof *places, by_id);
    return places;
}

/* One of the column, which is taken out of it; or read. */
static bool take(const struct page_queue *queue, const struct place *place, struct ticket *to, struct err *err) {
    struct ticket *from = place->at < queue->list->count ? &queue->list->items[place->at] : NULL;
    bool ok = from || tickets_get(queue->backdrop->site->board, place->id, to, err);

    if (from) {
        *to = *from;
        *from = (struct ticket){0};
    }
    free(to->body); /* nobody reads it here, and it may be long */
    to->body = NULL;
    return ok;
}

/* Those in the line before the others, as many as there were. */
static bool put_in_order(struct page_queue *queue, const struct id_list *ids, struct err *err) {
    struct ticket_list *list = queue->list;
    struct place *places = places_of(list);
    struct ticket *items = xcalloc(list->count, sizeof *items);
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; ok && i < ids->count; i++) {
        struct place wanted = {ids->items[i], SIZE_MAX};
        const struct place *found = bsearch(&wanted, places, list->count, sizeof *places, by_id);

        ok = take(queue, found ? found : &wanted, &items[count], err);
        count += ok;
    }
    for (size_t i = 0; i < list->count; i++)
        if (ok && list->items[i].id && count < list->count)
            ok = take(queue, &(struct place){list->items[i].id, i}, &items[count++], err);
        else
            ticket_release(&list->items[i]);
    free(places);
    free(list->items);
    list->items = items;
    list->count = count;
    return ok;
}

static bool read_news(struct page_queue *queue, struct err *err) {
    const struct ticket_list *list = queue->list;

    queue->news = xcalloc(list->count, sizeof *queue->news);
    for (size_t i = 0; i < list->count; i++) {
        struct page_news *news = &queue->news[i];
        struct beside beside;
        char *stuck;

        if (!beside_read(queue->backdrop->site, &list->items[i], &beside, err))
            return false;
        stuck = news_stuck(queue->backdrop, &list->items[i], &beside);
        *news = (struct page_news){.words = stuck ? stuck : news_words(queue->backdrop, &list->items[i], &beside),
                                   .need = stuck && beside.need.cancelled ? beside.need.id : 0,
                                   .stuck = stuck != NULL};
        queue->stuck += news->stuck;
    }
    return true;
}

bool page_queue_read(struct page_queue *queue, struct err *err) {
    struct id_list ids = {0};
    bool ok =
        read_line(queue, queue->list->count, &ids, err) && put_in_order(queue, &ids, err) && read_news(queue, err);

    id_list_release(&ids);
    return ok;
}

void page_queue_release(struct page_queue *queue) {
    for (size_t i = 0; queue->news && i < queue->list->count; i++)
        free(queue->news[i].words);
    free(queue->news);
}
