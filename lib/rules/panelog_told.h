#ifndef MC_PANELOG_TOLD_H
#define MC_PANELOG_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct panelog_screen;
struct text;

/* Which lines of a screen were told while they still stood on it, each as often as it was. Zeroed: none. */
enum { PANELOG_TOLD = 500 };
struct panelog_told {
    uint64_t hashes[PANELOG_TOLD];
    size_t count;
};
typedef void panelog_told_tell(void *context, const char *text, size_t n);

/* Was this one told, which goes now? Then it is not any more. */
bool panelog_told_take(struct panelog_told *told, uint64_t hash);

/* Tells the lines of a screen that were not told yet. `still`: only what has not changed since this was last asked. */
struct panelog_telling {
    bool still;
    panelog_told_tell *tell;
    void *context;
};
void panelog_told_screen(struct panelog_told *told, struct panelog_screen *screen,
                         const struct panelog_telling *telling);

#endif
