#include "host/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "host/proc_table.h"

/* One kernel file of at most max bytes; 0 or the errno. */
static int read_file(struct text *out, const char *path, size_t max) {
    char bytes[8192];
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int error = 0;
    if (fd < 0)
        return errno;
    while (out->len < max && (n = read(fd, bytes, sizeof bytes)) > 0)
        text_addn(out, bytes, (size_t)n);
    if (n < 0)
        error = errno;
    close(fd);
    return error;
}

/* proc(5): "pid (comm) state ppid pgrp session tty …", the start time is field 22. The name may hold blanks and
 * parentheses, so fields count from the last one. */
static bool parse_line(const char *stat, struct proc_line *line) {
    const char *open = strchr(stat, '('), *close = strrchr(stat, ')');
    long long parent, group, session, start;
    size_t name;
    if (open == NULL || close == NULL || close < open)
        return false;
    if (sscanf(close + 1, " %c %lld %lld %lld %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lld",
               &line->state, &parent, &group, &session, &start) != 5)
        return false;
    name = (size_t)(close - open - 1);
    if (name >= sizeof line->comm)
        name = sizeof line->comm - 1;
    memcpy(line->comm, open + 1, name);
    line->comm[name] = '\0';
    line->parent = parent;
    line->group = group;
    line->session = session;
    line->start = start;
    return true;
}

int proc_line_read(int64_t pid, struct proc_line *line) {
    struct text stat = {0};
    char path[64];
    int error;
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    error = read_file(&stat, path, 4096);
    if (error == 0 && !parse_line(text_str(&stat), line))
        error = stat.len == 0 ? ESRCH : EPROTO;
    line->pid = pid;
    text_release(&stat);
    return error;
}

bool proc_line_lives(const struct proc_line *line) {
    return line->state != 'Z' && line->state != 'X' && line->state != 'x';
}

bool proc_each(proc_visit *each, void *context) {
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    if (dir == NULL)
        return false;
    while ((entry = readdir(dir)) != NULL) {
        struct proc_line line;
        long long pid;
        if (!text_to_int(entry->d_name, 1, INT_MAX, &pid) || proc_line_read(pid, &line) != 0)
            continue;
        if (proc_line_lives(&line) && !each(&line, context))
            break;
    }
    closedir(dir);
    return true;
}

bool proc_is_ours(int64_t pid) {
    struct stat seen;
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld", (long long)pid);
    return stat(path, &seen) == 0 && seen.st_uid == geteuid();
}

static void read_strings(struct text *out, int64_t pid, const char *which) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld/%s", (long long)pid, which);
    if (read_file(out, path, TEXT_MAX) != 0)
        text_clear(out);
}

bool proc_env_has(int64_t pid, const char *name, const char *value) {
    struct text strings = {0};
    size_t width = strlen(name);
    bool found = false;
    read_strings(&strings, pid, "environ");
    for (size_t at = 0; at < strings.len && !found; at += strlen(strings.data + at) + 1) {
        const char *string = strings.data + at;
        found = strncmp(string, name, width) == 0 && string[width] == '=' && strcmp(string + width + 1, value) == 0;
    }
    text_release(&strings);
    return found;
}

void proc_arguments(struct text *out, int64_t pid) {
    read_strings(out, pid, "cmdline");
}

bool proc_boot_id(char out[40], struct err *err) {
    static char boot[40]; /* it cannot change while we run */
    struct text text = {0};
    int error = 0;
    if (boot[0] == '\0') {
        error = read_file(&text, "/proc/sys/kernel/random/boot_id", 64);
        if (error == 0 && text.len > 0 && text.data[text.len - 1] == '\n')
            text.data[text.len - 1] = '\0';
        if (error == 0 && !text_copy(boot, sizeof boot, text_str(&text)))
            boot[0] = '\0';
    }
    text_release(&text);
    memcpy(out, boot, sizeof boot);
    if (boot[0] == '\0')
        return err_set(err, MC_OSERR, "/proc/sys/kernel/random/boot_id: cannot be read: %s; is /proc mounted?",
                       strerror(error));
    return true;
}

bool proc_identify(int64_t pid, struct identity *identity) {
    struct proc_line line;
    struct err err = {0};
    bool known = pid > 0 && proc_line_read(pid, &line) == 0 && proc_line_lives(&line);
    *identity = (struct identity){0};
    if (known && !proc_boot_id(identity->boot, &err)) {
        err_release(&err);
        known = false;
    }
    if (known) {
        identity->pid = pid;
        identity->start = line.start;
    }
    return known;
}

bool proc_self(struct identity *identity, struct err *err) {
    if (!proc_boot_id(identity->boot, err))
        return false;
    if (!proc_identify(getpid(), identity))
        return err_set(err, MC_OSERR, "/proc/%ld/stat: cannot be read; is /proc mounted?", (long)getpid());
    return true;
}

enum seen proc_alive(const struct identity *identity) {
    struct proc_line line;
    struct err err = {0};
    char boot[40];
    int error;
    if (identity->pid <= 0 || identity->start <= 0 || identity->boot[0] == '\0')
        return SEEN_UNKNOWN;
    if (!proc_boot_id(boot, &err)) {
        err_release(&err);
        return SEEN_UNKNOWN;
    }
    if (strcmp(boot, identity->boot) != 0)
        return SEEN_NO;
    error = proc_line_read(identity->pid, &line);
    if (error == ENOENT || error == ESRCH)
        return SEEN_NO;
    if (error != 0)
        return SEEN_UNKNOWN;
    return line.start == identity->start && proc_line_lives(&line) ? SEEN_YES : SEEN_NO;
}

struct search {
    const char *run_id;
    bool seen;
};

static bool names_run(int64_t pid, const char *run_id) {
    struct text arguments = {0};
    bool found = false;
    proc_arguments(&arguments, pid);
    for (size_t at = 0; at < arguments.len && !found; at += strlen(arguments.data + at) + 1)
        found = strstr(arguments.data + at, run_id) != NULL;
    text_release(&arguments);
    return found;
}

/* A server keeps the arguments of the client that started it for life, so it is told apart by the name it gives
 * itself. */
static bool look_for_client(const struct proc_line *line, void *context) {
    struct search *search = context;
    bool client = (text_starts(line->comm, "tmux") || text_starts(line->comm, "systemd-run")) &&
                  strcmp(line->comm, "tmux: server") != 0;
    search->seen = client && proc_is_ours(line->pid) && names_run(line->pid, search->run_id);
    return !search->seen;
}

bool proc_client_underway(const char *run_id) {
    struct search search = {.run_id = run_id};
    (void)proc_each(look_for_client, &search);
    return search.seen;
}
