/* The first bytes of an agent's program, and what it says of its version and of its limits. */
#include "rules/agent_version.h"
#include "rules/fault_until.h"
#include "rules/shebang.h"
#include "rules/turn_fault.h"

#include "fuzz.h"

const struct fuzz_shape fuzz_shape = {"", " ", "", false};

static const int64_t now = INT64_C(1779942042145);
enum { LONGEST_DAYS = 8, NOON = 720, DAY_MINUTES = 1440, ZONES_MINUTES = 900 };

static void shebangs(const char *bytes, size_t n) {
    struct shebang line;

    if (shebang_read(&line, bytes, n)) {
        HOLDS(line.interpreter && *line.interpreter == '/' && !strpbrk(line.interpreter, " \t\n"));
        HOLDS(!line.wanted || (*line.wanted && !strpbrk(line.wanted, "\n")));
        HOLDS(!line.wanted || !strchr(line.wanted, '/') || *line.wanted == '/');
    }
    shebang_release(&line);
}

static void versions(const char *s) {
    struct agent_version version = agent_version_read(s), named = agent_version_of_name(s);

    HOLDS(!version.known || (version.major >= 0 && version.minor >= 0));
    HOLDS(!named.known || version.known);
    HOLDS(!agent_version_from((struct agent_version){0}, 0, 0));
}

/* A pause is never longer than a week, nor for ever. */
static void faults(const char *s) {
    struct fault_until until = fault_until_read(s);
    int64_t ms = fault_until_ms(&until, now, NOON);

    HOLDS(turn_fault_from_text(s) < FAULT_COUNT && turn_fault_from_word(s) < FAULT_COUNT);
    HOLDS((until.at_ms > 0) + (until.wait_ms > 0) + (until.minute >= 0) + (until.date.month > 0) <= 1);
    HOLDS(until.minute >= -1 && until.minute < DAY_MINUTES);
    HOLDS(until.zone.east > -ZONES_MINUTES && until.zone.east < ZONES_MINUTES);
    HOLDS(ms == 0 || (ms >= now && ms <= now + INT64_C(86400000) * LONGEST_DAYS));
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    shebangs(bytes, n);
    versions(s);
    faults(s);
    free(s);
}
