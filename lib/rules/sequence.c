#include "rules/sequence.h"

#include <stdlib.h>

#include "base/mem.h"

void sequence_add(struct sequence *all, const struct sequence_line *line) {
    all->items = xgrow(all->items, all->count, &all->cap, sizeof *all->items);
    all->items[all->count++] = *line;
}

void sequence_add_need(struct sequence *all, int64_t needs) {
    all->needs = xgrow(all->needs, all->need_count, &all->need_cap, sizeof *all->needs);
    all->needs[all->need_count++] =
        (struct sequence_need){.line = all->count - 1, .needs = needs, .target = SEQUENCE_ELSEWHERE};
}

static int compare(int64_t one, int64_t other) {
    return (one > other) - (one < other);
}

/* The line that counts comes first. */
static int by_ticket(const void *a, const void *b) {
    const struct sequence_ticket *one = a, *other = b;
    int by = compare(one->ticket, other->ticket);

    by = by ? by : compare(other->changed_at, one->changed_at);
    return by ? by : (one->line > other->line) - (one->line < other->line);
}

static int by_target(const void *a, const void *b) {
    const struct sequence_need *one = a, *other = b;

    return (one->target > other->target) - (one->target < other->target);
}

static size_t find(const struct sequence *all, int64_t ticket) {
    size_t low = 0, high = all->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all->tickets[middle].ticket < ticket)
            low = middle + 1;
        else
            high = middle;
    }
    return low < all->count && all->tickets[low].ticket == ticket ? all->tickets[low].line : SEQUENCE_ELSEWHERE;
}

void sequence_match(struct sequence *all) {
    all->tickets = xcalloc(all->count, sizeof *all->tickets);
    for (size_t i = 0; i < all->count; i++)
        all->tickets[i] = (struct sequence_ticket){all->items[i].ticket, all->items[i].changed_at, i};
    qsort(all->tickets, all->count, sizeof *all->tickets, by_ticket);
    for (size_t i = 1; i < all->count; i++)
        all->items[all->tickets[i].line].out = all->tickets[i].ticket == all->tickets[i - 1].ticket;
    for (size_t i = 0; i < all->need_count; i++)
        all->needs[i].target = find(all, all->needs[i].needs);
    if (all->need_count)
        qsort(all->needs, all->need_count, sizeof *all->needs, by_target);
}

/* The first need of those that are of this line. */
static size_t needs_of(const struct sequence *all, size_t target) {
    size_t low = 0, high = all->need_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all->needs[middle].target < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void count_waits(struct sequence *all) {
    for (size_t i = 0; i < all->need_count; i++) {
        const struct sequence_need *need = &all->needs[i];
        if (need->target != SEQUENCE_ELSEWHERE && !all->items[need->target].out)
            all->items[need->line].waits++;
    }
}

static void put(struct sequence *all, size_t line) {
    all->order[all->ordered++] = line;
}

size_t sequence_order(struct sequence *all) {
    size_t wanted = 0;

    all->order = xcalloc(all->count, sizeof *all->order);
    count_waits(all);
    for (size_t i = 0; i < all->count; i++) {
        wanted += !all->items[i].out;
        if (!all->items[i].out && all->items[i].waits == 0)
            put(all, i);
    }
    for (size_t next = 0; next < all->ordered; next++)
        for (size_t i = needs_of(all, all->order[next]); i < all->need_count; i++) {
            const struct sequence_need *need = &all->needs[i];
            if (need->target != all->order[next])
                break;
            if (!all->items[need->line].out && --all->items[need->line].waits == 0)
                put(all, need->line);
        }
    for (size_t i = 0; all->ordered < wanted && i < all->count; i++)
        if (!all->items[i].out && all->items[i].waits > 0)
            return i;
    return SIZE_MAX;
}

void sequence_release(struct sequence *all) {
    free(all->items);
    free(all->needs);
    free(all->tickets);
    free(all->order);
    *all = (struct sequence){0};
}
