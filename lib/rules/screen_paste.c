#include "rules/screen_paste.h"

#include <string.h>

#include "rules/key.h"
#include "rules/profile.h"
#include "rules/region.h"
#include "rules/screen.h"
#include "rules/trace.h"

/* At most so many lines that show something stand below a paste in the input of the agents measured. */
enum { FOOTER_LINES = 5, NEAR_LINES = 6 };

/* Lines that show something below the line of `at`: what stands under the input while a paste is in it (footers,
 * hints), and at least the emptied input more once the paste has become part of the transcript. */
static int lines_below(const char *at) {
    int lines = 0;
    for (at += strcspn(at, "\n"); *at; at += strcspn(at, "\n")) {
        at++;
        size_t length = strcspn(at, "\n");
        if (strspn(at, " \t\r") < length)
            lines++;
    }
    return lines;
}

bool screen_has_paste(const char *before, const char *after, const char *nonce) {
    if (strcmp(before, after) == 0)
        return false;
    if (key_marker_seen(after, nonce))
        return true;
    const char *now = trace_last(after, nonce);
    const char *then = trace_last(before, nonce);
    if (!now || !then)
        return now != NULL;
    /* A trace of an older turn stands above at least its reply and the input; one line less is a hint that went. */
    return lines_below(now) + 2 <= lines_below(then);
}

static bool in_box(const struct region *region, const char *nonce) {
    return trace_end(region->box, region->below, nonce) != NULL;
}

static bool is_blank(const char *text) {
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Without a box, and only by a profile that does not say what its box is. */
static enum seen at_the_bottom(const struct profile *profile, const char *text, const char *nonce) {
    const char *end = trace_last(text, nonce);
    if (profile->box && *profile->box)
        return SEEN_UNKNOWN;
    if (!end)
        return SEEN_NO;
    return lines_below(end) <= FOOTER_LINES ? SEEN_YES : SEEN_UNKNOWN;
}

enum seen screen_in_input(const struct profile *profile, const struct screen *screen, const char *nonce) {
    struct region region;
    if (is_blank(screen->text))
        return SEEN_UNKNOWN;
    if (screen_state(profile, screen, nonce) == SCREEN_BUSY)
        return SEEN_NO;
    if (!region_find(&region, profile, screen->text))
        return at_the_bottom(profile, screen->text, nonce);
    return in_box(&region, nonce) ? SEEN_YES : SEEN_NO;
}

/* A profile that does not say what its box is: by how far from the bottom the paste stands. */
static bool moved_up(const struct profile *profile, const struct screen_paste *paste) {
    const char *old = trace_last(paste->before->text, paste->nonce);
    const char *left = trace_last(paste->after->text, paste->nonce);
    bool emptied = screen_rests(profile, paste->after) && !screen_rests(profile, paste->before);
    if (!old || !left)
        return emptied || old;
    /* A single new line below may be a hint of the input's own. */
    return lines_below(left) >= lines_below(old) + (emptied ? 1 : 2);
}

/* Out of the box now, and something else stands above it. */
static bool gone(const struct profile *profile, const struct screen_paste *paste, const struct region *now) {
    struct region then;
    if (!region_find(&then, profile, paste->before->text) || !in_box(&then, paste->nonce))
        return false;
    const char *old = region_lowest(paste->before->text, then.box, NEAR_LINES);
    const char *new = region_lowest(paste->after->text, now->box, NEAR_LINES);
    return now->box - new != then.box - old || memcmp(old, new, (size_t)(then.box - old)) != 0;
}

bool screen_submitted(const struct profile *profile, const struct screen_paste *paste) {
    const char *after = paste->after->text;
    struct region now;
    /* What the pasted text itself makes match proves nothing: only what Enter brought counts. */
    if (screen_state(profile, paste->after, paste->nonce) == SCREEN_BUSY &&
        screen_state(profile, paste->before, paste->nonce) != SCREEN_BUSY)
        return true;
    if (is_blank(after) || strcmp(paste->before->text, after) == 0)
        return false;
    if (!profile->box || !*profile->box)
        return moved_up(profile, paste);
    if (!region_find(&now, profile, after) || in_box(&now, paste->nonce))
        return false;
    return screen_echo(profile, after, paste->nonce) == SEEN_YES || gone(profile, paste, &now);
}
