#include "store/listing.h"

#include <stdlib.h>

#include "base/argv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/counts.h"
#include "store/db.h"
#include "store/line.h"

enum { PAGE = 256 };

/* Tickets of one status (TICKET_STATUS_COUNT: of all), the newest change first, read page by page. */
struct source {
    int status;
    struct place {
        int64_t id, updated_at;
    } page[PAGE], last;
    size_t count, at;
    bool over;
};

struct reading {
    struct board *board;
    const struct listing *listing;
    char *labels; /* as a JSON array */
};

static void add_id(struct id_list *list, int64_t id) {
    list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count++] = id;
}

void id_list_release(struct id_list *list) {
    free(list->items);
    *list = (struct id_list){0};
}

static char *labels_of(const struct argv *labels) {
    struct json *array;
    struct text text = {0};

    if (!labels || !labels->count)
        return NULL;
    array = json_array();
    for (size_t i = 0; i < labels->count; i++)
        json_push_string(array, labels->items[i]);
    json_print(array, &text);
    json_free(array);
    return text_take(&text);
}

#define MATCH_BINDS(reading)                                                                                           \
    bind_text(":profile", (reading)->listing->profile), bind_number(":nameless", (reading)->listing->nameless),        \
        bind_text(":workspace", (reading)->listing->workspace),                                                        \
        bind_number(":placeless", (reading)->listing->placeless), bind_text(":labels", (reading)->labels),             \
        bind_text(":search", (reading)->listing->search)

static bool fill(const struct reading *reading, struct source *source, struct err *err) {
    const struct bind at = bind_number(":updated_at", source->last.updated_at),
                      id = bind_number(":id", source->last.id), limit = bind_number(":limit", PAGE);
    struct query q;

    source->at = source->count = 0;
    if (source->status == TICKET_STATUS_COUNT)
        query_open(&q, reading->board, CALL(SQL_LIST_CHANGED, at, id, limit, MATCH_BINDS(reading)), err);
    else
        query_open(&q, reading->board,
                   CALL(SQL_LIST_STATUS, bind_text(":status", ticket_status_name((enum ticket_status)source->status)),
                        at, id, limit, MATCH_BINDS(reading)),
                   err);
    while (query_next(&q)) {
        source->last.id = query_number(&q);
        source->last.updated_at = query_number(&q);
        source->page[source->count++] = source->last;
    }
    source->over = source->count < PAGE;
    return query_close(&q);
}

static bool is_newer(const struct place *a, const struct place *b) {
    return a->updated_at != b->updated_at ? a->updated_at > b->updated_at : a->id > b->id;
}

/* The source whose head comes first; NULL: all are over. */
static struct source *newest(struct source *sources, size_t count) {
    struct source *found = NULL;

    for (size_t i = 0; i < count; i++)
        if (sources[i].at < sources[i].count &&
            (!found || is_newer(&sources[i].page[sources[i].at], &found->page[found->at])))
            found = &sources[i];
    return found;
}

static bool is_full(const struct listing *listing, struct id_list *list) {
    list->more = listing->limit && list->count == listing->limit;
    return list->more;
}

static size_t sources_of(const struct listing *listing, struct source *sources) {
    const struct place before_all = {INT64_MAX, INT64_MAX};
    size_t count = 0;

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        if (listing->status[i])
            sources[count++] = (struct source){.status = i, .last = before_all};
    if (!count)
        sources[count++] = (struct source){.status = TICKET_STATUS_COUNT, .last = before_all};
    return count;
}

static bool read_changed(const struct reading *reading, struct id_list *list, struct err *err) {
    struct source *sources = xcalloc(TICKET_STATUS_COUNT, sizeof *sources), *next;
    size_t count = sources_of(reading->listing, sources);
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++)
        ok = fill(reading, &sources[i], err);
    while (ok && (next = newest(sources, count)) && !is_full(reading->listing, list)) {
        add_id(list, next->page[next->at++].id);
        if (next->at == next->count && !next->over)
            ok = fill(reading, next, err);
    }
    free(sources);
    return ok;
}

static bool matches(const struct reading *reading, int64_t id, bool *yes, struct err *err) {
    return db_any(reading->board, CALL(SQL_LIST_MATCH, bind_number(":id", id), MATCH_BINDS(reading)), yes, err);
}

static bool read_next(const struct reading *reading, struct id_list *list, struct err *err) {
    struct line line;
    bool ok = line_open(&line, reading->board, reading->listing->next, err), fits;
    int64_t id;

    while (ok && line_next(&line, &id, err)) {
        ok = matches(reading, id, &fits, err);
        if (!ok || (fits && is_full(reading->listing, list)))
            break;
        if (fits)
            add_id(list, id);
    }
    ok = ok && !line.failed;
    line_close(&line);
    return ok;
}

bool listing_read(struct board *board, const struct listing *listing, struct id_list *list, struct err *err) {
    struct reading reading = {.board = board, .listing = listing, .labels = labels_of(listing->labels)};
    bool ok = listing->next ? read_next(&reading, list, err) : read_changed(&reading, list, err);

    free(reading.labels);
    return ok;
}

bool listing_total(struct board *board, const struct listing *listing, int64_t *total, struct err *err) {
    struct ticket_counts counts;
    bool every = true;

    *total = -1;
    if (listing->next || listing->profile || listing->workspace || listing->search ||
        (listing->labels && listing->labels->count))
        return true;
    if (!counts_read(board, &counts, err))
        return false;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        every = every && !listing->status[i];
    *total = 0;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        *total += every || listing->status[i] ? counts.of[i] : 0;
    return true;
}

bool listing_need(struct board *board, int64_t id, struct listing_need *need, struct err *err) {
    struct query q;

    *need = (struct listing_need){0};
    query_open(&q, board, CALL(SQL_LIST_NEED, bind_number(":id", id)), err);
    if (query_next(&q)) {
        need->id = query_number(&q);
        need->cancelled = query_number(&q) != 0;
    }
    return query_close(&q);
}

bool listing_branch(struct board *board, int64_t id, char **branch, struct err *err) {
    return db_text(board, CALL(SQL_LIST_BRANCH, bind_number(":id", id)), branch, err);
}
