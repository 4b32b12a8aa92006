#ifndef MC_REGION_H
#define MC_REGION_H

#include <stdbool.h>
#include <stddef.h>

struct profile;
struct text;

/* Where an agent draws its input box on a rendered screen: pointers into that text, all at line starts or its end. */
struct region {
    const char *above; /* up to three lines before the box */
    const char *box;
    const char *inner; /* behind the box's first line: what is seen above the box includes its edge */
    const char *last;  /* the box's last line */
    const char *below;
    const char *end; /* just behind up to three lines after the box */
};

/* The lowest match of the profile's `box` (without one, of its `ready`) near the bottom of the screen. A few lines may
 * stand below a box, and no dialog. Time is linear in the screen, however long its lines are. */
bool region_find(struct region *region, const struct profile *profile, const char *screen);

/* The start of the lowest `lines` lines of a text that are not blank, and never more than the lowest 32 KiB or 1000
 * lines of it. */
const char *region_lowest(const char *start, const char *end, int lines);

/* Does a pattern match within [start, end)? A pattern that is NULL or empty never does. */
bool region_matches(const char *pattern, const char *start, const char *end);

/* The region's text to compare two looks by: outside the box each number is one 0 and each run of blanks is one, so
 * that a clock or a counter is no change. */
void region_print(struct text *out, const struct region *region);
void region_print_steady(struct text *out, const char *start, const char *end);

#endif
