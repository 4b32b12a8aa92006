#include "rules/intake_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules/key.h"

void intake_list_add(struct intake_list *list, const struct intake *one) {
    list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
    list->items[list->count++] = *one;
}

static int by_key(const void *a, const void *b) {
    const struct intake *one = *(const struct intake *const *)a, *other = *(const struct intake *const *)b;
    int order = strcmp(one->dedupe_key, other->dedupe_key);
    return order ? order : (one > other) - (one < other);
}

void intake_list_sort(struct intake_list *list) {
    list->by_key = xcalloc(list->count, sizeof *list->by_key);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].dedupe_key)
            list->by_key[list->keys++] = &list->items[i];
    qsort(list->by_key, list->keys, sizeof *list->by_key, by_key);
}

void intake_list_release(struct intake_list *list) {
    for (size_t i = 0; i < list->count; i++)
        intake_release(&list->items[i]);
    free(list->items);
    free(list->by_key);
    *list = (struct intake_list){0};
}

const struct intake *intake_list_find(const struct intake_list *list, const char *dedupe_key) {
    size_t low = 0, high = list->keys;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list->by_key[middle]->dedupe_key, dedupe_key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->keys && strcmp(list->by_key[low]->dedupe_key, dedupe_key) == 0 ? list->by_key[low] : NULL;
}

bool intake_list_again(const struct intake_list *list, const struct intake *one) {
    return one->dedupe_key && intake_list_find(list, one->dedupe_key) != one;
}

const struct intake *intake_list_after(const struct intake_list *list, const char *after, const char *prefix) {
    int64_t number;
    return key_parse(after, prefix, &number) ? NULL : intake_list_find(list, after);
}

/* A walk over who waits for whom: where it stands, and which of the waits of each line on its way it has seen. */
struct walk {
    const struct intake_list *list;
    const char *prefix;
    struct {
        size_t line, next;
    } * way;
    size_t depth;
    enum { NEW, ON_THE_WAY, DONE } * states;
};

/* One step; the line at which the way comes upon itself, or NULL. */
static const struct intake *step(struct walk *walk) {
    size_t at = walk->depth - 1, line = walk->way[at].line;
    const struct intake *one = &walk->list->items[line], *next;

    if (walk->way[at].next == one->after.count) {
        walk->states[line] = DONE;
        walk->depth--;
        return NULL;
    }
    next = intake_list_after(walk->list, one->after.items[walk->way[at].next++], walk->prefix);
    if (!next || walk->states[next - walk->list->items] == DONE)
        return NULL;
    if (walk->states[next - walk->list->items] == ON_THE_WAY)
        return next;
    line = (size_t)(next - walk->list->items);
    walk->states[line] = ON_THE_WAY;
    walk->way[walk->depth].line = line;
    walk->way[walk->depth++].next = 0;
    return NULL;
}

const struct intake *intake_list_circle(const struct intake_list *list, const char *prefix) {
    struct walk walk = {.list = list, .prefix = prefix};
    const struct intake *circle = NULL;

    walk.way = xcalloc(list->count, sizeof *walk.way);
    walk.states = xcalloc(list->count, sizeof *walk.states);
    for (size_t i = 0; i < list->count && !circle; i++) {
        if (walk.states[i] != NEW || intake_list_again(list, &list->items[i]))
            continue;
        walk.states[i] = ON_THE_WAY;
        walk.way[0].line = i;
        walk.way[0].next = 0;
        for (walk.depth = 1; walk.depth > 0 && !circle;)
            circle = step(&walk);
    }
    free(walk.way);
    free(walk.states);
    return circle;
}
