#ifndef MC_INTAKE_LIST_H
#define MC_INTAKE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/intake.h"

/* All lines of a file. One whose dedupe key another before it has is that one. */
struct intake_list {
    struct intake *items;
    size_t count, cap;
    const struct intake **by_key; /* those with a dedupe key, in its order and then in that of the file */
    size_t keys;
};
void intake_list_add(struct intake_list *list, const struct intake *one); /* takes what is in it */
void intake_list_sort(struct intake_list *list);                          /* once all are there, before what follows */
void intake_list_release(struct intake_list *list);

/* The first line with this dedupe key; NULL: none. */
const struct intake *intake_list_find(const struct intake_list *list, const char *dedupe_key);

/* Is another line before this one the same? */
bool intake_list_again(const struct intake_list *list, const struct intake *one);

/* The line that the text in an `after` means; NULL: a ticket of this prefix, or something else. */
const struct intake *intake_list_after(const struct intake_list *list, const char *after, const char *prefix);

/* A line that waits, by whatever way, for itself; NULL: none does. */
const struct intake *intake_list_circle(const struct intake_list *list, const char *prefix);

#endif
