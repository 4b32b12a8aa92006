#include "run/marker.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "rules/profile.h"
#include "rules/screen.h"
#include "run/reported.h"
#include "run/site.h"
#include "store/runtimes.h"

enum { HISTORY = 2000, LOOK_MS = 250 };

/* Without a box the text may stand in an input that is not drawn now; unless the agent works. */
static enum seen echo(const struct profile *profile, const char *text, const char *nonce) {
    struct screen screen = {.text = text, .cursor_y = -1};
    enum seen seen = screen_echo(profile, text, nonce);

    if (seen == SEEN_UNKNOWN && key_marker_seen(text, nonce) && screen_state(profile, &screen, nonce) == SCREEN_BUSY)
        return SEEN_YES;
    return seen;
}

static enum seen on_screen(struct site *site, const struct runtime *runtime, const char *nonce) {
    struct text screen = {0};
    struct tmux_agent agent = site_agent(site, runtime);
    const struct profile *profile = site_profile(site, runtime);
    enum seen seen = SEEN_UNKNOWN;

    if (profile && tmux_capture(&site->tmux, &agent, HISTORY, &screen))
        seen = echo(profile, text_str(&screen), nonce);
    text_release(&screen);
    return seen;
}

enum seen marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms) {
    int64_t until = clock_monotonic() + patience_ms;
    struct err err = {0};
    enum seen seen = SEEN_UNKNOWN;

    if (!site_tmux(site, &err)) {
        err_release(&err);
        return SEEN_UNKNOWN;
    }
    for (;;) {
        if (reported_taken(site, runtime->run_id, nonce))
            return SEEN_YES;
        seen = on_screen(site, runtime, nonce);
        if (seen == SEEN_YES || clock_monotonic() >= until)
            return seen;
        clock_sleep(LOOK_MS);
    }
}
