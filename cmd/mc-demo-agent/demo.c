#include "demo.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/json.h"

enum { CRASH_STATUS = 3 };

void demo_log(const struct demo *demo, const char *event, const char *bytes, size_t n) {
    struct json *entry;
    struct text line = {0}, copy = {0};
    int fd;
    if (demo->log == NULL)
        return;
    entry = json_object();
    text_addn(&copy, bytes, n);
    json_put_string(entry, "event", event);
    json_put_int(entry, "bytes", (int64_t)n);
    json_put_string(entry, "text", text_str(&copy));
    json_print(entry, &line);
    text_addc(&line, '\n');
    fd = open(demo->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line.data, line.len) < 0)
        perror(demo->log);
    if (fd >= 0)
        close(fd);
    text_release(&line);
    text_release(&copy);
    json_free(entry);
}

static void crash(const struct demo *demo) {
    struct rlimit none = {0};
    demo_log(demo, "crash", "", 0);
    fflush(stdout);
    if (demo->segv) {
        (void)setrlimit(RLIMIT_CORE, &none);
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    _exit(demo->exit_status >= 0 ? (int)demo->exit_status : CRASH_STATUS);
}

int64_t demo_until_crash(const struct demo *demo) {
    int64_t left;
    if (demo->crash_after < 0)
        return -1;
    left = demo->started + demo->crash_after - clock_monotonic();
    return left > 0 ? left : 0;
}

void demo_wait(const struct demo *demo, int64_t ms) {
    int64_t left = demo_until_crash(demo);
    fflush(stdout);
    clock_sleep(left >= 0 && left < ms ? left : ms);
    if (left >= 0 && left <= ms)
        crash(demo);
}

void demo_show(const char *bytes, size_t n) {
    struct text clean = {0};
    clean_text(&clean, bytes, n);
    for (size_t i = 0; i < clean.len; i++) {
        if (clean.data[i] == '\n')
            putchar('\r');
        putchar(clean.data[i]);
        if (clean.data[i] == '\n')
            fputs("  ", stdout);
    }
    text_release(&clean);
}
