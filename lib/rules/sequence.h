#ifndef MC_SEQUENCE_H
#define MC_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order in which lines of tickets can be put onto a board one after the other: each behind what it waits for. Of
 * the lines of one ticket the one that changed last counts, of two that changed together the first. */
struct sequence_line {
    int64_t ticket, changed_at;
    int64_t made_at; /* tells it from another board's ticket of this number */
    int64_t start;   /* where it is in the file */
    size_t line;     /* and its number there */
    bool out;        /* another line of this ticket counts, or it is left out for another reason */
    size_t waits;    /* for so many others */
};
struct sequence_need {
    size_t line; /* an index */
    int64_t needs;
    size_t target; /* the index of the line of that ticket; SEQUENCE_ELSEWHERE */
};
#define SEQUENCE_ELSEWHERE SIZE_MAX
struct sequence_ticket {
    int64_t ticket, changed_at;
    size_t line; /* an index */
};
struct sequence {
    struct sequence_line *items;
    size_t count, cap;
    struct sequence_need *needs;
    size_t need_count, need_cap;
    struct sequence_ticket *tickets;
    size_t *order; /* indexes */
    size_t ordered;
};
void sequence_add(struct sequence *all, const struct sequence_line *line);
void sequence_add_need(struct sequence *all, int64_t needs); /* of the line added last */

/* After the last one: what counts, and what is needed of what. Then more may be left `out`, as those of tickets that
 * are there already: nobody waits for them. */
void sequence_match(struct sequence *all);

/* Fills `order`. An index of a line that waits for itself by what others wait for; SIZE_MAX: none does. */
size_t sequence_order(struct sequence *all);
void sequence_release(struct sequence *all);

#endif
