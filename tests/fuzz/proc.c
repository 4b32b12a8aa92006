/* Lines of /proc and of the kernel's log: names and arguments of processes are anybody's. */
#include "fuzz.h"
#include "host/proc_table.h"
#include "rules/awake.h"
#include "rules/foreground.h"
#include "rules/rows.h"

const struct fuzz_shape fuzz_shape = {"1 (", ") S ", ") S 1 1 1 0 1 0 0 0 0 0 0 0 0 0 0 0 1 0 5", false};

static void stats(const char *s) {
    struct proc_line line = {0};

    if (proc_line_parse(&line, s)) {
        HOLDS(strlen(line.comm) < sizeof line.comm && line.state);
        HOLDS(strchr(s, '(') && strchr(s, '(') < strrchr(s, ')') && strrchr(s, ')')[2] == line.state);
        (void)proc_line_lives(&line);
    }
}

static void groups(const char *s) {
    struct text file = {0};

    memory_group_file(&file, s);
    HOLDS(file.len == 0 || (text_starts(file.data, "/sys/fs/cgroup") && !strchr(file.data, '\n')));
    text_release(&file);
    HOLDS(!memory_record_kills(s, 4711, 0) || strstr(s, "4711"));
}

/* A shell is never taken for the agent. */
static void arguments(const char *bytes, size_t n) {
    struct foreground seen = {.agent = 7, .group = 7, .session = 7};

    text_addn(&seen.arguments, bytes, n);
    text_addc(&seen.arguments, '\0');
    HOLDS(foreground_holder(&seen) == FOREGROUND_AGENT || foreground_holder(&seen) == FOREGROUND_SHELL);
    HOLDS(strcmp(text_str(&seen.arguments), "-bash") != 0 || n > 6 || foreground_holder(&seen) == FOREGROUND_SHELL);
    text_release(&seen.arguments);
}

static void marks(const char *s) {
    const struct tick now = {.ms = 1000000, .boot = "0123-abcd"};
    int64_t then = awake_read(s, &now);

    HOLDS(then >= 0 && then <= now.ms && (then == 0 || strstr(s, now.boot)));
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    stats(s);
    groups(s);
    arguments(bytes, n);
    marks(s);
    free(s);
}
