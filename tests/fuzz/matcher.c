/* Patterns that a configuration has, matched with what a screen shows or an endpoint answers. */

#include "fuzz.h"
#include "parts.h"
#include "rules/dialect.h"
#include "rules/environment.h"
#include "rules/pattern.h"
#include "rules/profile.h"
#include "rules/region.h"
#include "rules/screen.h"

const struct fuzz_shape fuzz_shape = {"", " ", "", true};

enum { PATTERN_LONGEST = 1000, SUBJECT_LONGEST = 2000 };

static void on_a_screen(const char *pattern, const char *screen) {
    struct profile profile = {.box = xstrdup(pattern), .dialog = xstrdup(pattern)};
    struct region region;

    if (region_find(&region, &profile, screen))
        HOLDS(region.box >= screen && region.end <= screen + strlen(screen));
    (void)region_matches(pattern, screen, screen + strlen(screen));
    free(profile.box);
    free(profile.dialog);
}

/* What would be too much to compile or to match is refused; everything else takes a few MiB and no more. A pattern has
 * the length that a configuration takes; some are matched by glibc in the square of a line's length. */
void fuzz_one(const char *bytes, size_t n) {
    struct parts in = {bytes, bytes + n};
    char *pattern = parts_next(&in), *subject = parts_next(&in), *reason;
    struct dialect dialect;

    if (strlen(pattern) > PATTERN_LONGEST)
        pattern[PATTERN_LONGEST] = '\0';
    if (strlen(subject) > SUBJECT_LONGEST)
        subject[SUBJECT_LONGEST] = '\0';
    reason = screen_pattern_error(pattern);

    HOLDS(!pattern_is_heavy(pattern) || reason);
    if (!reason)
        on_a_screen(pattern, subject);
    free(reason);
    dialect_from_builtin(&dialect, 0);
    xreplace(&dialect.status_busy, pattern);
    reason = dialect_error(&dialect);
    if (!reason)
        (void)dialect_match(pattern, subject);
    free(reason);
    dialect_release(&dialect);
    HOLDS(!environment_pattern_ok(pattern) || !strpbrk(pattern, " =\n"));
    (void)environment_never(pattern);
    free(pattern);
    free(subject);
}
