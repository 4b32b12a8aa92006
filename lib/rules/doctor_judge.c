#include "rules/doctor_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/health.h"

enum { SECOND = 1000 };

#define MIB INT64_C(1048576)
#define YEAR_2024 INT64_C(1704067200000)

enum doctor_finding doctor_disk(int64_t free_bytes) {
    if (free_bytes < 16 * MIB)
        return FOUND_DISK_FULL;
    return free_bytes < HEALTH_DISK_LEAST ? FOUND_DISK_LOW : FOUND_DISK;
}

enum doctor_finding doctor_wal(int64_t bytes) {
    return bytes > HEALTH_WAL_MOST ? FOUND_WAL_LARGE : FOUND_WAL;
}

/* A minute is what two clocks that are looked after may differ by. */
enum doctor_finding doctor_clock(int64_t now, int64_t newest) {
    if (now < YEAR_2024)
        return FOUND_CLOCK_EARLY;
    return newest - now > 60 * SECOND ? FOUND_CLOCK_BACK : FOUND_CLOCK;
}

enum doctor_finding doctor_pickup(int64_t now, int64_t last, int64_t interval_s) {
    if (last == 0)
        return FOUND_PICKUP_NEVER;
    return health_late(now, last, interval_s) ? FOUND_PICKUP_LATE : FOUND_PICKUP;
}

bool doctor_tmux_ok(const char *said) {
    const char *at = said + strcspn(said, "0123456789");
    char major[8], minor[8];
    size_t n = strspn(at, "0123456789"), m;
    long long a = 0, b = 0;

    if (text_starts(said, "tmux master") || text_starts(said, "tmux openbsd"))
        return true;
    if (!n || n >= sizeof major || at[n] != '.')
        return false;
    text_copy(major, n + 1, at);
    m = strspn(at + n + 1, "0123456789");
    if (!m || m >= sizeof minor)
        return false;
    text_copy(minor, m + 1, at + n + 1);
    return text_to_int(major, 0, 9999, &a) && text_to_int(minor, 0, 9999, &b) && (a > 3 || (a == 3 && b >= 3));
}

static bool ends_in(const char *pattern, const char *end) {
    size_t n = strlen(pattern), m = strlen(end);

    return n >= m && strcmp(pattern + n - m, end) == 0;
}

/* Blanks that may be any number, none among them, are no fault. */
bool doctor_pattern_blank(enum doctor_pattern kind, const char *pattern) {
    static const char *const anchored[] = {" $", " +$", "[ ]$", "[[:space:]]$", "[[:blank:]]$"};
    static const char *const open[] = {" ", " +", "[ ]", "[[:space:]]", "[[:blank:]]"};
    bool found = false;

    for (size_t i = 0; i < sizeof anchored / sizeof *anchored; i++)
        found = found || ends_in(pattern, anchored[i]) || (kind == PATTERN_READY && ends_in(pattern, open[i]));
    return found;
}

static const struct {
    const char *program, *how;
} installs[] = {
    {"claude", "npm install -g @anthropic-ai/claude-code"},
    {"codex", "npm install -g @openai/codex"},
    {"opencode", "npm install -g opencode-ai"},
    {"gemini", "npm install -g @google/gemini-cli"},
    {"qwen", "npm install -g @qwen-code/qwen-code"},
    {"pi", "npm install -g @mariozechner/pi-coding-agent"},
    {"node", "apt-get install nodejs"},
};

const char *doctor_install(const char *program) {
    for (size_t i = 0; i < sizeof installs / sizeof *installs; i++)
        if (strcmp(installs[i].program, program) == 0)
            return installs[i].how;
    return NULL;
}
