#ifndef MC_SCREEN_INPUT_H
#define MC_SCREEN_INPUT_H

#include <stdlib.h>

#include "parts.h"
#include "rules/profile.h"
#include "rules/screen.h"

/* An agent's screen: the first byte says by which built-in profile, then its title, what it showed before, and what it
 * shows now. */
struct screen_input {
    struct profile profile;
    struct screen then, now;
    char *title, *before, *after;
};

static inline void screen_input_read(struct screen_input *in, const char *bytes, size_t n) {
    struct parts parts = {bytes + !!n, bytes + n};

    in->title = parts_next(&parts);
    in->before = parts_next(&parts);
    in->after = parts_next(&parts);
    in->then = (struct screen){.text = in->before, .cursor_y = -1};
    in->now =
        (struct screen){.text = in->after, .title = in->title, .cursor_y = (int)(n % 7) - 1, .cursor_shown = n % 3};
    profile_from_builtin(&in->profile, profile_builtin(n ? (unsigned char)*bytes % profile_builtin_count() : 0));
}

static inline void screen_input_release(struct screen_input *in) {
    profile_release(&in->profile);
    free(in->title);
    free(in->before);
    free(in->after);
}

#endif
