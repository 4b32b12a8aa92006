#ifndef MC_TEST_SCREENS_H
#define MC_TEST_SCREENS_H

#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/profile.h"
#include "rules/screen.h"

/* The captures of tests/screens and the profiles they are read by. */

/* tests/screens: pi was captured at 120 columns only. */
static const struct {
    const char *agent, *width;
} captures[] = {{"codex", "80"}, {"codex", "120"}, {"gemini", "80"}, {"gemini", "120"}, {"pi", "120"}};
enum { CAPTURES = sizeof captures / sizeof captures[0] };

static const char *const finished[] = {"done-plain",    "done-markdown", "done-quotes", "review-fence", "question-list",
                                       "quoted-midway", "other-nonce",   "prefix-done", "no-word"};
enum { FINISHED = sizeof finished / sizeof finished[0] };

static inline char *read_whole(const char *path) {
    struct text text = {0};
    char chunk[4096];
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is missing", path);
    for (size_t n = fread(chunk, 1, sizeof chunk, file); n > 0; n = fread(chunk, 1, sizeof chunk, file))
        text_addn(&text, chunk, n);
    fclose(file);
    return text_take(&text);
}

static inline char *load(size_t capture, const char *name, const char *ending) {
    char *path =
        xasprintf("%s/screens/%s-%s-%s.%s", MC_TESTS, captures[capture].agent, captures[capture].width, name, ending);
    char *content = read_whole(path);
    free(path);
    return content;
}

/* A look that does not know where the cursor is. */
static inline struct screen look_at(const char *text, const char *title) {
    return (struct screen){.text = text, .title = title, .cursor_y = -1};
}

static inline enum screen_state state_seen(const struct profile *profile, const char *text, const char *title) {
    struct screen screen = look_at(text, title);
    return screen_state(profile, &screen, NULL);
}

static inline struct profile builtin(const char *name) {
    struct profile profile;
    profile_from_builtin(&profile, profile_builtin_find(name));
    return profile;
}

#endif
