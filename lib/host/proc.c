#include "host/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/proc_table.h"
#include "rules/foreground.h"

enum { BOOT_LENGTH = 36 };

/* Only where it is not there is it worth a look whether /proc is. */
static bool refuse_unread(const char *path, int error, struct err *err) {
    (void)err_set(err, MC_OSERR, "%s: cannot be read: %s", path, strerror(error));
    return error == ENOENT ? err_advise(err, "is /proc mounted?") : false;
}

bool proc_boot_id(char out[40], struct err *err) {
    static const char path[] = "/proc/sys/kernel/random/boot_id";
    static char boot[40]; /* it cannot change while we run */
    int error = EIO;
    if (boot[0] == '\0') {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, boot, sizeof boot - 1);
        error = n < 0 ? errno : EIO;
        boot[n < 0 ? 0 : n] = '\0';
        boot[strcspn(boot, "\n")] = '\0';
        if (fd >= 0)
            close(fd);
    }
    if (strlen(boot) != BOOT_LENGTH) /* a piece of it would be another boot, in which nobody lives */
        boot[0] = '\0';
    memcpy(out, boot, sizeof boot);
    return boot[0] != '\0' || refuse_unread(path, error, err);
}

/* The kernel gives an inode number out again when a namespace has ended: the start of its first process, in the upper
 * half, tells the two apart. 0 there: not known. */
enum { INODE_BITS = 32 };

static int64_t first_start(void) {
    struct proc_line first;
    return proc_line_read(1, &first) == 0 && first.start >= 0 ? first.start % INT32_MAX + 1 : 0;
}

/* The namespace in which we count pids; 0 where the kernel does not tell. */
static int64_t namespace_here(void) {
    static int64_t here;
    struct stat seen;
    if (here == 0 && stat("/proc/self/ns/pid", &seen) == 0)
        here = first_start() << INODE_BITS | (int64_t)(seen.st_ino & UINT32_MAX);
    return here;
}

static bool namespaces_differ(int64_t a, int64_t b) {
    int64_t start_a = a >> INODE_BITS, start_b = b >> INODE_BITS;
    return (uint32_t)a != (uint32_t)b || (start_a > 0 && start_b > 0 && start_a != start_b);
}

bool proc_elsewhere(const struct identity *identity) {
    return identity->ns != 0 && namespace_here() != 0 && namespaces_differ(identity->ns, namespace_here());
}

/* Of this boot? UNKNOWN when that cannot be told. */
static enum seen this_boot(const struct identity *identity) {
    struct err err = {0};
    char boot[40];
    bool read = proc_boot_id(boot, &err);
    err_release(&err);
    if (!read)
        return SEEN_UNKNOWN;
    return strcmp(boot, identity->boot) == 0 ? SEEN_YES : SEEN_NO;
}

/* 0, or the errno of why nothing is known of it. With a parent (0: any) only as its child. */
static int identify(int64_t pid, int64_t parent, struct identity *identity) {
    struct proc_line line;
    struct err err = {0};
    int error = pid > 0 ? proc_line_read(pid, &line) : ESRCH;
    *identity = (struct identity){0};
    if (error != 0 || !proc_line_lives(&line))
        return error != 0 ? error : ESRCH;
    if (parent != 0 && line.parent != parent)
        return ECHILD;
    if (!proc_boot_id(identity->boot, &err)) {
        err_release(&err);
        return EIO;
    }
    identity->pid = pid;
    identity->start = line.start;
    identity->ns = namespace_here();
    return 0;
}

bool proc_identify(int64_t pid, struct identity *identity) {
    return identify(pid, 0, identity) == 0;
}

bool proc_identify_child(int64_t pid, int64_t parent, struct identity *identity) {
    return parent > 0 && identify(pid, parent, identity) == 0;
}

/* Is it in its argument list? UNKNOWN: the list is empty, as it is in the moment of another program's start. */
static enum seen names_run(int64_t pid, const char *run_id) {
    struct text arguments = {0};
    enum seen names = proc_arguments(&arguments, pid) && arguments.len > 0 ? SEEN_NO : SEEN_UNKNOWN;
    for (size_t at = 0; at < arguments.len && names == SEEN_NO; at += strlen(arguments.data + at) + 1)
        names = strstr(arguments.data + at, run_id) != NULL ? SEEN_YES : SEEN_NO;
    text_release(&arguments);
    return names;
}

enum seen proc_bears(int64_t pid, const char *run_id) {
    struct proc_line line;
    struct text mark = {0};
    enum seen bears = SEEN_UNKNOWN;
    if (!proc_is_ours(pid))
        return SEEN_UNKNOWN;
    if (proc_env(&mark, pid, "MC_RUN"))
        bears = strcmp(text_str(&mark), run_id) == 0 ? SEEN_YES : SEEN_NO;
    else if (proc_line_read(pid, &line) == 0 && strcmp(line.comm, "mc-launch") == 0)
        bears = names_run(pid, run_id);
    text_release(&mark);
    return bears;
}

enum seen proc_counts_as_we(int64_t pid) {
    char path[64];
    struct stat ours, theirs;
    snprintf(path, sizeof path, "/proc/%lld/ns/pid", (long long)pid);
    if (stat("/proc/self/ns/pid", &ours) != 0 || stat(path, &theirs) != 0)
        return SEEN_UNKNOWN;
    return ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev ? SEEN_YES : SEEN_NO;
}

bool proc_self(struct identity *identity, struct err *err) {
    char path[64];
    int error;
    if (!proc_boot_id(identity->boot, err))
        return false;
    error = identify(getpid(), 0, identity);
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)getpid());
    return error == 0 || refuse_unread(path, error, err);
}

enum seen proc_alive(const struct identity *identity) {
    struct proc_line line;
    enum seen here;
    int error;
    if (!identity_known(identity))
        return SEEN_UNKNOWN;
    here = this_boot(identity);
    if (here == SEEN_YES && proc_elsewhere(identity))
        here = SEEN_UNKNOWN;
    if (here != SEEN_YES)
        return here;
    error = proc_line_read(identity->pid, &line);
    if (error == ENOENT || error == ESRCH)
        return SEEN_NO;
    if (error != 0)
        return SEEN_UNKNOWN;
    return line.start == identity->start && proc_line_lives(&line) ? SEEN_YES : SEEN_NO;
}

void proc_foreground(const struct identity *agent, struct foreground *seen) {
    struct proc_line line;
    *seen = (struct foreground){.agent = agent->pid};
    if (proc_alive(agent) != SEEN_YES || proc_line_read(agent->pid, &line) != 0 || line.foreground <= 0)
        return;
    seen->group = line.foreground;
    if (proc_line_read(seen->group, &line) != 0 || !proc_line_lives(&line))
        return;
    seen->session = line.session;
    (void)proc_arguments(&seen->arguments, seen->group);
}

struct named {
    const char *const *names;
    bool seen;
};

static bool is_named(const struct proc_line *line, void *context) {
    struct named *named = context;
    for (size_t i = 0; named->names[i]; i++)
        named->seen = named->seen || strcmp(line->comm, named->names[i]) == 0;
    return !named->seen;
}

bool proc_runs(const char *const *names) {
    struct named named = {names, false};
    return proc_each(is_named, &named) && named.seen;
}

struct search {
    const char *run_id;
    bool seen;
};

/* Where its arguments could not be told: gone by now, or without the memory in which they stood? */
static bool has_ended(int64_t pid) {
    struct proc_line line;
    int error = proc_line_read(pid, &line);
    return error == 0 ? line.memory == 0 : proc_hidden(error);
}

/* Another program's start is over in a moment, and on a busy machine there always is one: it is waited for. */
static enum seen names_run_at_last(int64_t pid, const char *run_id) {
    enum { START_MS = 200 };
    enum seen names = SEEN_UNKNOWN;
    for (int waited = 0; names == SEEN_UNKNOWN && waited <= START_MS; waited++) {
        if (waited > 0)
            clock_sleep(1);
        names = names_run(pid, run_id);
        if (names == SEEN_UNKNOWN && has_ended(pid))
            names = SEEN_NO;
    }
    return names;
}

/* A server keeps the arguments of the client that started it for life, so it is told apart by the name it gives
 * itself. */
static bool look_for_client(const struct proc_line *line, void *context) {
    struct search *search = context;
    bool client = (text_starts(line->comm, "tmux") || text_starts(line->comm, "systemd-run")) &&
                  strcmp(line->comm, "tmux: server") != 0;
    search->seen = client && proc_is_ours(line->pid) && names_run_at_last(line->pid, search->run_id) != SEEN_NO;
    return !search->seen;
}

bool proc_client_underway(const char *run_id) {
    struct search search = {.run_id = run_id};
    return !proc_each(look_for_client, &search) || search.seen;
}
