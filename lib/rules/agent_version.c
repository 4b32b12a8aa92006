#include "rules/agent_version.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { PART_MAX = 100000 };

static int part(const char **at) {
    int value = 0;

    for (; text_digit(**at); ++*at)
        value = value < PART_MAX ? value * 10 + (**at - '0') : PART_MAX;
    return value;
}

/* Three numbers with dots between them; *end stands behind them. */
static struct agent_version three_at(const char *at, const char **end) {
    struct agent_version version = {0};
    bool whole = text_digit(*at);

    version.major = part(&at);
    whole = whole && *at == '.' && text_digit(at[1]);
    if (whole) {
        at++;
        version.minor = part(&at);
        whole = *at == '.' && text_digit(at[1]);
    }
    if (whole) {
        at++;
        part(&at);
        *end = at;
        version.known = true;
    }
    return whole ? version : (struct agent_version){0};
}

struct agent_version agent_version_read(const char *text) {
    const char *end;

    for (const char *at = text; at && *at; at++) {
        if (text_digit(*at) && (at == text || (!text_digit(at[-1]) && at[-1] != '.'))) {
            struct agent_version version = three_at(at, &end);

            if (version.known)
                return version;
        }
    }
    return (struct agent_version){0};
}

struct agent_version agent_version_of_name(const char *name) {
    const char *end = name;
    struct agent_version version = three_at(name, &end);

    return version.known && *end == '\0' ? version : (struct agent_version){0};
}

bool agent_version_from(struct agent_version version, int major, int minor) {
    return version.known && (version.major > major || (version.major == major && version.minor >= minor));
}
