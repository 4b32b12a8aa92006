#include "run/marker.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "run/site.h"
#include "store/runtimes.h"

enum { HISTORY = 2000, LOOK_MS = 250 };

bool marker_signalled(struct site *site, const struct runtime *runtime, const char *nonce) {
    struct runtime now = {0};
    struct err err = {0};
    bool ended = runtimes_get(site->board, runtime->session_key, &now, &err) && now.run_id &&
                 !strcmp(now.run_id, runtime->run_id) && now.last_turn_marker && !strcmp(now.last_turn_marker, nonce);

    runtime_release(&now);
    err_release(&err);
    return ended;
}

static enum seen on_screen(struct site *site, const struct runtime *runtime, const char *nonce) {
    struct text screen = {0};
    struct tmux_agent agent = site_agent(site, runtime);
    enum seen seen = SEEN_UNKNOWN;

    if (tmux_capture(&site->tmux, &agent, HISTORY, &screen))
        seen = key_marker_seen(text_str(&screen), nonce) ? SEEN_YES : SEEN_NO;
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
        if (marker_signalled(site, runtime, nonce))
            return SEEN_YES;
        seen = on_screen(site, runtime, nonce);
        if (seen == SEEN_YES || clock_monotonic() >= until)
            return seen;
        clock_sleep(LOOK_MS);
    }
}
