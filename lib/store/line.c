#include "store/line.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/claim.h"
#include "store/db.h"
#include "store/slots.h"

/* WINDOW: so many that are due again are compared with each other, as by a claim. */
enum { PAGE = 64, WINDOW = 1000 };

struct place {
    int64_t at; /* when it may be claimed; 0: now */
    int64_t urgency, queued_at, id;
};

/* Tickets of one profile and workspace in the ready index; or those that are put off, by their time; or, without a way
 * to read more, those that are due again. */
struct line_source {
    enum { SOURCE_READY, SOURCE_LATER, SOURCE_DUE } from;
    const char *profile, *workspace;
    int64_t until; /* a breaker holds them; 0: none */
    struct place *places, last;
    size_t count, cap, at;
    bool over;
};

static int compare(const void *a, const void *b) {
    const struct place *p = a, *q = b;

    if (p->at != q->at)
        return p->at < q->at ? -1 : 1;
    if (p->urgency != q->urgency)
        return p->urgency < q->urgency ? -1 : 1;
    if (p->queued_at != q->queued_at)
        return p->queued_at < q->queued_at ? -1 : 1;
    return p->id < q->id ? -1 : p->id > q->id;
}

static struct place *place_new(struct line_source *source) {
    source->places = xgrow(source->places, source->count, &source->cap, sizeof *source->places);
    source->places[source->count] = (struct place){0};
    return &source->places[source->count++];
}

static int64_t until_of(const struct line *line, enum thing thing, const char *name) {
    char key[BREAKER_THING_SIZE];
    const struct breaker *breaker;

    breaker_thing(key, thing, name);
    breaker = breaker_list_find(&line->breakers, key);
    return breaker && breaker_open(breaker, line->want->now) ? breaker->open_until : 0;
}

/* How long what these name is broken; 0: it works. */
static int64_t held_until(const struct line *line, const char *profile, const char *workspace) {
    const struct slot_pool *own = line->want->default_pool;
    const char *place = workspace ? workspace : own ? own->workspace : NULL;
    int64_t agent = until_of(line, THING_PROFILE, profile ? profile : line->want->default_profile);
    int64_t room = place ? until_of(line, THING_WORKSPACE, place) : 0;

    return agent > room ? agent : room;
}

static bool read_ready(struct line *line, struct line_source *source, struct err *err) {
    struct query q;

    query_open(&q, line->board,
               CALL(SQL_LINE_READY, bind_text(":profile", source->profile), bind_text(":workspace", source->workspace),
                    bind_number(":urgency", source->last.urgency), bind_number(":queued_at", source->last.queued_at),
                    bind_number(":id", source->last.id), bind_number(":limit", PAGE)),
               err);
    while (query_next(&q)) {
        struct place *place = place_new(source);

        place->at = source->until;
        place->id = query_number(&q);
        place->urgency = query_number(&q);
        place->queued_at = query_number(&q);
    }
    source->over = source->count < PAGE;
    if (source->count)
        source->last = source->places[source->count - 1];
    return query_close(&q);
}

struct due {
    int64_t after, id; /* the place behind which it begins */
    int64_t latest, limit;
};

/* Adds to `source` what is put off until then, and sets due->after and due->id on; how many rows were read. */
static bool read_due(struct line *line, struct line_source *source, struct due *due, struct err *err) {
    int64_t left = due->limit;
    struct query q;

    query_open(&q, line->board,
               CALL(SQL_LINE_DUE, bind_number(":after", due->after), bind_number(":id", due->id),
                    bind_number(":latest", due->latest), bind_number(":limit", due->limit)),
               err);
    for (; query_next(&q); left--) {
        struct place place = {.id = query_number(&q)};
        char *profile, *workspace;

        place.urgency = query_number(&q);
        place.queued_at = query_number(&q);
        profile = query_text(&q);
        workspace = query_text(&q);
        due->after = query_number(&q);
        due->id = place.id;
        place.at = source->from == SOURCE_DUE ? held_until(line, profile, workspace) : due->after;
        if (claim_eligible(line->want, profile, workspace) && (query_number(&q) || source->from == SOURCE_LATER))
            *place_new(source) = place;
        free(profile);
        free(workspace);
    }
    due->limit = left;
    return query_close(&q);
}

static bool read_later(struct line *line, struct line_source *source, struct err *err) {
    struct due due = {.after = source->last.at, .id = source->last.id, .latest = line->want->horizon, .limit = PAGE};
    bool ok = read_due(line, source, &due, err);

    source->over = due.limit > 0;
    source->last = (struct place){.at = due.after, .id = due.id};
    if (source->count)
        qsort(source->places, source->count, sizeof *source->places, compare);
    return ok;
}

/* Until there is one at its head, or it is over. */
static bool fill(struct line *line, struct line_source *source, struct err *err) {
    bool ok = true;

    while (ok && source->at == source->count && !source->over) {
        source->at = source->count = 0;
        ok = source->from == SOURCE_READY ? read_ready(line, source, err) : read_later(line, source, err);
    }
    return ok;
}

static struct line_source *source_new(struct line *line) {
    line->sources = xgrow(line->sources, line->count, &line->cap, sizeof *line->sources);
    line->sources[line->count] = (struct line_source){.last = {.urgency = -1}};
    return &line->sources[line->count++];
}

static void add_ready(struct line *line, const char *profile, const char *workspace) {
    struct line_source *source;

    if (!claim_eligible(line->want, profile, workspace))
        return;
    source = source_new(line);
    source->profile = profile;
    source->workspace = workspace;
    source->until = held_until(line, profile, workspace);
}

static void add_profile(struct line *line, const char *profile) {
    add_ready(line, profile, NULL);
    for (size_t i = 0; i < line->want->pool_count; i++)
        add_ready(line, profile, line->want->pools[i].workspace);
}

/* Those that are due longest, and those of a clock that was wrong, in one; the rest by their time. */
static bool add_due(struct line *line, struct err *err) {
    struct due due = {.latest = line->want->now, .limit = WINDOW};
    struct due stray = {.after = line->want->horizon, .id = INT64_MAX, .latest = INT64_MAX, .limit = WINDOW};
    struct line_source *source = source_new(line);
    bool ok;

    source->from = SOURCE_DUE;
    source->over = true;
    ok = read_due(line, source, &due, err) && read_due(line, source, &stray, err);
    if (source->count)
        qsort(source->places, source->count, sizeof *source->places, compare);
    source = source_new(line);
    source->from = SOURCE_LATER;
    source->last = due.limit ? (struct place){.at = line->want->now, .id = INT64_MAX}
                             : (struct place){.at = due.after, .id = due.id};
    return ok;
}

bool line_open(struct line *line, struct board *board, const struct claim_want *want, struct err *err) {
    *line = (struct line){.board = board, .want = want};
    if (!breakers_list(board, &line->breakers, err))
        return false;
    add_profile(line, NULL);
    for (size_t i = 0; i < want->profile_count; i++)
        add_profile(line, want->profiles[i]);
    return add_due(line, err);
}

bool line_next(struct line *line, int64_t *id, struct err *err) {
    struct line_source *first = NULL;

    for (size_t i = 0; i < line->count; i++) {
        struct line_source *source = &line->sources[i];

        if (!fill(line, source, err)) {
            line->failed = true;
            return false;
        }
        if (source->at < source->count &&
            (!first || compare(&source->places[source->at], &first->places[first->at]) < 0))
            first = source;
    }
    if (first)
        *id = first->places[first->at++].id;
    return first != NULL;
}

void line_close(struct line *line) {
    for (size_t i = 0; i < line->count; i++)
        free(line->sources[i].places);
    free(line->sources);
    breaker_list_release(&line->breakers);
    *line = (struct line){0};
}
