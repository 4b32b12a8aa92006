#include "host/proc_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { STAT_MAX = 1024, CHUNK = 8192 };

/* One read: the kernel makes this file up whole. The bytes read, or minus the errno. */
static ssize_t read_once(const char *path, char *bytes, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;
    if (fd < 0)
        return -errno;
    do
        n = read(fd, bytes, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        n = -errno;
    close(fd);
    return n;
}

/* The next of the numbers with blanks between them; false where there is none. */
static bool take(const char **at, int64_t *value) {
    bool minus = **at == '-';
    const char *s = *at + minus;
    int64_t number = 0;
    if (*s < '0' || *s > '9')
        return false;
    for (; *s >= '0' && *s <= '9'; s++)
        if (number < INT64_MAX / 10 - 1) /* a field that is none of ours may be unsigned and full */
            number = number * 10 + (*s - '0');
    *value = minus ? -number : number;
    *at = *s == ' ' ? s + 1 : s;
    return true;
}

/* proc(5): "pid (comm) state ppid pgrp session tty …", up to field 23. The name may hold blanks and parentheses, so
 * fields count from the last one. */
bool proc_line_parse(struct proc_line *line, const char *stat) {
    enum { PARENT = 4, GROUP, SESSION, FOREGROUND = 8, THREADS = 20, START = 22, MEMORY };
    const char *open = strchr(stat, '('), *close = strrchr(stat, ')'), *at;
    int64_t fields[MEMORY + 1];
    size_t name;
    if (open == NULL || close == NULL || close < open || close[1] != ' ' || close[2] == '\0' || close[3] != ' ')
        return false;
    line->state = close[2];
    at = close + 4;
    for (int i = PARENT; i <= MEMORY; i++)
        if (!take(&at, &fields[i]))
            return false;
    name = (size_t)(close - open - 1);
    if (name >= sizeof line->comm)
        name = sizeof line->comm - 1;
    memcpy(line->comm, open + 1, name);
    line->comm[name] = '\0';
    line->parent = fields[PARENT];
    line->group = fields[GROUP];
    line->session = fields[SESSION];
    line->foreground = fields[FOREGROUND];
    line->threads = fields[THREADS];
    line->start = fields[START];
    line->memory = fields[MEMORY];
    return true;
}

int proc_line_read(int64_t pid, struct proc_line *line) {
    char path[64], stat[STAT_MAX];
    ssize_t n;
    *line = (struct proc_line){.pid = pid};
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    n = read_once(path, stat, sizeof stat - 1);
    if (n <= 0)
        return n < 0 ? (int)-n : ESRCH;
    stat[n] = '\0';
    /* a number may be cut, and would be another */
    return stat[n - 1] == '\n' && proc_line_parse(line, stat) ? 0 : EPROTO;
}

/* A first thread that has ended waits as a zombie for the others of its process, which go on working. */
bool proc_line_lives(const struct proc_line *line) {
    return line->threads > 1 || (line->state != 'Z' && line->state != 'X' && line->state != 'x');
}

bool proc_hidden(int error) {
    return error == ENOENT || error == ESRCH || error == EACCES || error == EPERM;
}

/* The errno of it where this process is one of the table and could not be read for want of something. */
static int visit(const char *name, proc_visit *each, void *context, bool *more) {
    struct proc_line line;
    long long pid;
    int error;
    *more = true;
    if (!text_to_int(name, 1, INT_MAX, &pid))
        return 0;
    error = proc_line_read(pid, &line);
    if (error == 0 && proc_line_lives(&line))
        *more = each(&line, context);
    return error == EPROTO || proc_hidden(error) ? 0 : error;
}

bool proc_each(proc_visit *each, void *context) {
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    bool more = true;
    int error = 0;
    if (dir == NULL)
        return false;
    while (more && error == 0) {
        errno = 0;
        entry = readdir(dir);
        if (entry == NULL) {
            error = errno;
            break;
        }
        error = visit(entry->d_name, each, context, &more);
    }
    closedir(dir);
    return error == 0;
}

bool proc_is_ours(int64_t pid) {
    struct stat seen;
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld", (long long)pid);
    return stat(path, &seen) == 0 && seen.st_uid == geteuid();
}

/* As long as the process has made them. */
static bool read_strings(struct text *out, int64_t pid, const char *which) {
    char path[64], bytes[CHUNK];
    ssize_t n;
    int fd;
    snprintf(path, sizeof path, "/proc/%lld/%s", (long long)pid, which);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while ((n = read(fd, bytes, sizeof bytes)) > 0 && text_addn(out, bytes, (size_t)n))
        continue;
    if (n != 0)
        text_clear(out);
    close(fd);
    return n == 0;
}

bool proc_env(struct text *value, int64_t pid, const char *name) {
    struct text strings = {0};
    size_t width = strlen(name);
    bool found = false;
    text_clear(value);
    (void)read_strings(&strings, pid, "environ");
    for (size_t at = 0; at < strings.len && !found; at += strlen(strings.data + at) + 1) {
        const char *string = strings.data + at;
        found = strncmp(string, name, width) == 0 && string[width] == '=';
        if (found)
            text_add(value, string + width + 1);
    }
    text_release(&strings);
    return found;
}

bool proc_env_has(int64_t pid, const char *name, const char *value) {
    struct text own = {0};
    bool has = proc_env(&own, pid, name) && strcmp(text_str(&own), value) == 0;
    text_release(&own);
    return has;
}

bool proc_arguments(struct text *out, int64_t pid) {
    return read_strings(out, pid, "cmdline");
}
