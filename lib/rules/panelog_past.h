#ifndef MC_PANELOG_PAST_H
#define MC_PANELOG_PAST_H

#include <stdbool.h>
#include <stdint.h>

/* What was told of a log by now, as far back as PANELOG_PAST lines: so that what a program draws anew is not told
 * twice. */
enum { PANELOG_PAST = 4096, PANELOG_PLACES = 8192 };
struct panelog_past {
    uint64_t lines[PANELOG_PAST]; /* their hashes; a ring */
    uint64_t count;               /* of all that were told */
    struct {
        uint64_t hash, at; /* the first line that hashes so; another of the same place takes it */
    } places[PANELOG_PLACES];
    int redraws;   /* a program has cleared its screen and may print all of it again: for so many lines it may not */
    uint64_t next; /* the line that it would print next; `count`: not known yet */
};

void panelog_past_add(struct panelog_past *past, uint64_t hash);

/* Was it told, not too long ago? */
bool panelog_past_has(const struct panelog_past *past, uint64_t hash);

/* From now on lines that were told may come again in their order. */
void panelog_past_redraw(struct panelog_past *past);
bool panelog_past_is_again(struct panelog_past *past, uint64_t hash);

#endif
