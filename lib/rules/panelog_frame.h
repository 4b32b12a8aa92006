#ifndef MC_PANELOG_FRAME_H
#define MC_PANELOG_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct panelog_screen;

/* What stood on a screen at some time. Zeroed: nothing. */
struct panelog_frame_row {
    char *text;
    uint64_t hash;
    bool again; /* it was told before, and only drawn anew */
};
struct panelog_frame {
    struct panelog_frame_row *rows;
    size_t count;
};
typedef void panelog_frame_tell(void *context, const char *text, uint64_t hash);

void panelog_frame_keep(struct panelog_frame *frame, const struct panelog_screen *screen);
void panelog_frame_forget(struct panelog_frame *frame);

/* Tells all that stood there and was not told before. */
void panelog_frame_all(const struct panelog_frame *frame, panelog_frame_tell *tell, void *context);

/* Tells what stood there and stands nowhere on the screen now, from the top: not what has no letter in it, and not a
 * row in whose place there is now something new that begins like it, or is much the same but for figures and signs. */
void panelog_frame_vanished(const struct panelog_frame *frame, const struct panelog_screen *screen,
                            panelog_frame_tell *tell, void *context);

#endif
