#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/proc_table.h"

enum { RECORDS_MAX = 100000, RECORD_SIZE = 8192 };

/* What the kernel's log knows. */
enum log_says { LOG_KILLED, LOG_COMPLETE, LOG_TOO_YOUNG, LOG_UNREADABLE };

/* "6,1234,5678901,-;Out of memory: Killed process 4711 (node) …": the third number is microseconds since boot, without
 * those that the machine slept. */
static int64_t record_time(const char *record) {
    long long microseconds;
    return sscanf(record, "%*[^,],%*[^,],%lld", &microseconds) == 1 ? microseconds / 1000 : 0;
}

bool memory_record_kills(const char *record, int64_t pid, int64_t started_ms) {
    char words[64];
    snprintf(words, sizeof words, "Killed process %lld ", (long long)pid);
    return strstr(record, words) != NULL && record_time(record) >= started_ms;
}

/* The earliest moment of the log's clock at which it may have started: when the machine slept is not known. */
static int64_t started_at(const struct identity *identity) {
    return identity->start * 1000 / sysconf(_SC_CLK_TCK) - (clock_up() - clock_monotonic());
}

static enum log_says read_log(const struct identity *identity, int *error) {
    int64_t started = started_at(identity);
    int64_t oldest = -1;
    char record[RECORD_SIZE];
    enum log_says says = LOG_TOO_YOUNG;
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    *error = errno;
    if (fd < 0)
        return LOG_UNREADABLE;
    for (int i = 0; i < RECORDS_MAX && says != LOG_KILLED; i++) {
        ssize_t n = read(fd, record, sizeof record - 1);
        *error = errno;
        if (n < 0 && (errno == EPIPE || errno == EINTR))
            continue; /* overwritten while we read: the next one is the oldest now */
        if (n <= 0)
            break;
        record[n] = '\0';
        if (oldest < 0)
            oldest = record_time(record);
        if (memory_record_kills(record, identity->pid, started))
            says = LOG_KILLED;
    }
    close(fd);
    if (says == LOG_KILLED)
        return says;
    if (oldest < 0)
        return LOG_UNREADABLE;
    return oldest <= started ? LOG_COMPLETE : LOG_TOO_YOUNG;
}

/* cgroups(7): v2 "0::/path", v1 "N:memory:/path". */
void memory_group_file(struct text *out, const char *groups) {
    const char *line, *path;
    if ((line = strstr(groups, ":memory:")) != NULL) {
        path = line + strlen(":memory:");
        text_addf(out, "/sys/fs/cgroup/memory%.*s/memory.oom_control", (int)strcspn(path, "\n"), path);
    } else if ((line = strstr(groups, "0::")) != NULL) {
        path = line + strlen("0::");
        text_addf(out, "/sys/fs/cgroup%.*s/memory.events", (int)strcspn(path, "\n"), path);
    }
}

static void own_group_file(struct text *out) {
    struct text groups = {0};
    struct err err = {0};
    if (!files_read(&groups, "/proc/self/cgroup", 65536, &err))
        err_release(&err);
    memory_group_file(out, text_str(&groups));
    text_release(&groups);
}

/* The dead one's group can no longer be asked for; ours may be another, so its count is only told. */
static void tell_group(struct text *out) {
    struct text path = {0}, events = {0};
    struct err err = {0};
    const char *count = NULL;
    own_group_file(&path);
    if (path.len > 0 && files_read(&events, path.data, 65536, &err))
        count = strstr(text_str(&events), "oom_kill ");
    if (count != NULL) {
        count += strlen("oom_kill ");
        text_addf(out, "; %s counts %.*s", path.data, (int)strcspn(count, "\n"), count);
    }
    err_release(&err);
    text_release(&events);
    text_release(&path);
}

void proc_oom(struct text *out, const struct identity *identity) {
    struct err err = {0};
    char boot[40];
    int error = 0;
    if (identity->pid <= 0 || identity->start <= 0) {
        text_add(out, "unknown (its process was never recorded)");
        return;
    }
    if (!proc_boot_id(boot, &err) || strcmp(boot, identity->boot) != 0) {
        err_release(&err);
        text_add(out, "unknown (the machine was started again since)");
        return;
    }
    switch (read_log(identity, &error)) {
    case LOG_KILLED:
        text_add(out, "yes (kernel log)");
        return;
    case LOG_COMPLETE:
        text_add(out, "no");
        return;
    case LOG_TOO_YOUNG:
        text_add(out, "unknown (the kernel log begins after its start");
        break;
    case LOG_UNREADABLE:
        text_addf(out, "unknown (the kernel log cannot be read: %s", strerror(error));
        break;
    }
    tell_group(out);
    text_addc(out, ')');
}
