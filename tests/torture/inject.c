/* A program and all that it starts, followed call by call, with one of the calls going wrong:
 *
 *     inject OUT -- PROGRAM [ARG…]                     writes every call into OUT
 *     inject OUT NAME:N:CALL:K:WHAT -- PROGRAM [ARG…]  the K-th CALL of the N-th process NAME brings WHAT
 *
 * The tracer is nobody's parent: PROGRAM has the number, the end and the descriptors that it would have. Its first line
 * in OUT is its own number; it goes when the call has gone wrong, or nobody is left to follow.
 *
 * A process is named by what it executes, and counted by that name; one that was forked and has executed nothing yet
 * has the name of its parent and a "+". The tmux server ("tmux+") is followed to what it starts, and left in peace.
 *
 * WHAT is the number of an error, "kill" (before the call), "one" or "half" (it is asked for that many bytes only).
 * N and K may be 0: each of them, to the end; CALL is then "*" for whatever reads and writes behind the loader.
 * A line of OUT: name, n, call, k, flags of the call (hex), the file that it is about; or "hit" and such a line. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the order of the system's own headers, whose name this would otherwise be. */
#include <linux/ptrace.h>

#define NAME_MAX_BYTES 64

enum about { NOTHING, DESCRIPTOR, PATH, PATH_AT };

/* Which argument says how the call is meant (an index, or -1: the first), and how many bytes it takes. */
struct call {
    long number;
    const char *name;
    enum about about;
    int flags, bytes;
};

#define CALL(name, about, flags, bytes)                                                                                \
    { SYS_##name, #name, about, flags, bytes }

static const struct call calls[] = {
    CALL(read, DESCRIPTOR, -1, 2),
    CALL(pread64, DESCRIPTOR, -1, 2),
    CALL(readv, DESCRIPTOR, -1, -1),
    CALL(recvfrom, DESCRIPTOR, 3, 2),
    CALL(recvmsg, DESCRIPTOR, -1, -1),
    CALL(write, DESCRIPTOR, -1, 2),
    CALL(pwrite64, DESCRIPTOR, -1, 2),
    CALL(writev, DESCRIPTOR, -1, -1),
    CALL(sendto, DESCRIPTOR, 3, 2),
    CALL(sendmsg, DESCRIPTOR, -1, -1),
    CALL(sendfile, DESCRIPTOR, -1, -1),
    CALL(copy_file_range, DESCRIPTOR, -1, -1),
    CALL(open, PATH, 1, -1),
    CALL(openat, PATH_AT, 2, -1),
    CALL(close, DESCRIPTOR, -1, -1),
    CALL(stat, PATH, -1, -1),
    CALL(lstat, PATH, -1, -1),
    CALL(fstat, DESCRIPTOR, -1, -1),
    CALL(newfstatat, PATH_AT, -1, -1),
    CALL(statx, PATH_AT, -1, -1),
    CALL(statfs, PATH, -1, -1),
    CALL(fstatfs, DESCRIPTOR, -1, -1),
    CALL(getdents64, DESCRIPTOR, -1, -1),
    CALL(readlink, PATH, -1, -1),
    CALL(readlinkat, PATH_AT, -1, -1),
    CALL(access, PATH, -1, -1),
    CALL(faccessat, PATH_AT, -1, -1),
    CALL(faccessat2, PATH_AT, -1, -1),
    CALL(fsync, DESCRIPTOR, -1, -1),
    CALL(fdatasync, DESCRIPTOR, -1, -1),
    CALL(ftruncate, DESCRIPTOR, -1, -1),
    CALL(fallocate, DESCRIPTOR, -1, -1),
    CALL(flock, DESCRIPTOR, 1, -1),
    CALL(fcntl, DESCRIPTOR, 1, -1),
    CALL(ioctl, DESCRIPTOR, 1, -1),
    CALL(mkdir, PATH, -1, -1),
    CALL(mkdirat, PATH_AT, -1, -1),
    CALL(rmdir, PATH, -1, -1),
    CALL(rename, PATH, -1, -1),
    CALL(renameat, PATH_AT, -1, -1),
    CALL(renameat2, PATH_AT, -1, -1),
    CALL(link, PATH, -1, -1),
    CALL(linkat, PATH_AT, -1, -1),
    CALL(symlink, PATH, -1, -1),
    CALL(symlinkat, PATH, -1, -1),
    CALL(unlink, PATH, -1, -1),
    CALL(unlinkat, PATH_AT, -1, -1),
    CALL(chmod, PATH, -1, -1),
    CALL(fchmod, DESCRIPTOR, -1, -1),
    CALL(fchmodat, PATH_AT, -1, -1),
    CALL(utimensat, PATH_AT, -1, -1),
    CALL(chdir, PATH, -1, -1),
    CALL(fchdir, DESCRIPTOR, -1, -1),
    CALL(getcwd, NOTHING, -1, -1),
    CALL(dup, DESCRIPTOR, -1, -1),
    CALL(dup2, DESCRIPTOR, -1, -1),
    CALL(dup3, DESCRIPTOR, -1, -1),
    CALL(pipe, NOTHING, -1, -1),
    CALL(pipe2, NOTHING, -1, -1),
    CALL(socket, NOTHING, 0, -1),
    CALL(socketpair, NOTHING, -1, -1),
    CALL(connect, DESCRIPTOR, -1, -1),
    CALL(eventfd2, NOTHING, -1, -1),
    CALL(epoll_create1, NOTHING, -1, -1),
    CALL(inotify_init1, NOTHING, -1, -1),
    CALL(pidfd_open, NOTHING, -1, -1),
    CALL(poll, NOTHING, -1, -1),
    CALL(ppoll, NOTHING, -1, -1),
    CALL(pselect6, NOTHING, -1, -1),
    CALL(epoll_wait, NOTHING, -1, -1),
    CALL(wait4, NOTHING, 2, -1),
    CALL(waitid, NOTHING, 3, -1),
    CALL(nanosleep, NOTHING, -1, -1),
    CALL(clock_nanosleep, NOTHING, -1, -1),
    CALL(mmap, NOTHING, 3, -1),
    CALL(munmap, NOTHING, -1, -1),
    CALL(mremap, NOTHING, -1, -1),
    CALL(fork, NOTHING, -1, -1),
    CALL(vfork, NOTHING, -1, -1),
    CALL(clone, NOTHING, 0, -1),
    CALL(clone3, NOTHING, -1, -1),
    CALL(execve, PATH, -1, -1),
    CALL(kill, NOTHING, 1, -1),
    CALL(pidfd_send_signal, NOTHING, 1, -1),
    CALL(exit_group, NOTHING, -1, -1),
};

enum { CALLS = sizeof calls / sizeof calls[0], PROCESSES = 512, KILL = -1, ONE = -2, HALF = -3 };

struct process {
    pid_t pid;
    char name[NAME_MAX_BYTES];
    int n;
    int counts[CALLS];
    bool loaded; /* its libraries: it has given up the list of them */
    bool waits;  /* it has stopped, and its parent has not told of it yet */
    int error;   /* what its call will have brought */
    bool cut;    /* its call was asked for less than... */
    unsigned long long bytes;
};

struct rule {
    char name[NAME_MAX_BYTES], call[NAME_MAX_BYTES];
    int n, k, what;
};

static struct process processes[PROCESSES];
static struct rule rule;
static bool ruled;
static FILE *out;

static struct process *process_of(pid_t pid) {
    struct process *free_one = NULL;
    for (int i = 0; i < PROCESSES; i++) {
        if (processes[i].pid == pid)
            return &processes[i];
        if (!free_one && !processes[i].pid)
            free_one = &processes[i];
    }
    if (!free_one)
        exit(70);
    memset(free_one, 0, sizeof *free_one);
    free_one->pid = pid;
    return free_one;
}

/* The how many-th of that name it is. */
static void name_process(struct process *process, const char *name) {
    static struct {
        char name[NAME_MAX_BYTES];
        int count;
    } names[PROCESSES];
    int i = 0;
    while (i < PROCESSES - 1 && names[i].count && strcmp(names[i].name, name) != 0)
        i++;
    snprintf(names[i].name, sizeof names[i].name, "%s", name);
    process->n = ++names[i].count;
    snprintf(process->name, sizeof process->name, "%s", name);
    memset(process->counts, 0, sizeof process->counts);
    process->loaded = strchr(name, '+') != NULL;
}

static void name_by_program(struct process *process) {
    char path[64], name[NAME_MAX_BYTES] = "";
    FILE *file;
    snprintf(path, sizeof path, "/proc/%d/comm", process->pid);
    file = fopen(path, "re");
    if (file && fgets(name, sizeof name, file))
        name[strcspn(name, "\n")] = '\0';
    if (file)
        fclose(file);
    name_process(process, name);
}

static bool is_server(const struct process *process) {
    return strncmp(process->name, "tmux+", 5) == 0;
}

static bool concerned(const struct process *process) {
    if (!process->n || is_server(process))
        return false;
    return !ruled || (strcmp(rule.name, process->name) == 0 && (!rule.n || rule.n == process->n));
}

static void go_on(const struct process *process, int signal_number) {
    ptrace(concerned(process) ? PTRACE_SYSCALL : PTRACE_CONT, process->pid, 0, (long)signal_number);
}

static void read_text(pid_t pid, unsigned long long address, char *text, size_t size) {
    struct iovec here = {text, size - 1};
    ssize_t n = -1;
    /* Up to the end of its page, behind which there may be nothing. */
    size_t left = 4096 - (size_t)(address % 4096);
    struct iovec there = {(void *)(size_t)address, left < size - 1 ? left : size - 1};
    if (address)
        n = process_vm_readv(pid, &here, 1, &there, 1, 0);
    text[n > 0 ? n : 0] = '\0';
    for (char *at = text; *at; at++)
        if (!isprint((unsigned char)*at) || *at == '\t')
            *at = '?';
}

static void read_about(const struct process *process, const struct call *call, const unsigned long long *args,
                       char *text, size_t size) {
    char path[64];
    ssize_t n;
    text[0] = '\0';
    if (call->about == PATH || call->about == PATH_AT) {
        read_text(process->pid, args[call->about == PATH_AT], text, size);
        if (text[0])
            return;
    }
    if (call->about == DESCRIPTOR || call->about == PATH_AT) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", process->pid, (int)args[0]);
        n = readlink(path, text, size - 1);
        text[n > 0 ? n : 0] = '\0';
    }
}

static void tell(const char *head, const struct process *process, const struct call *call,
                 const unsigned long long *args) {
    char about[256];
    read_about(process, call, args, about, sizeof about);
    fprintf(out, "%s%s\t%d\t%s\t%d\t%llx\t%s\n", head, process->name, process->n, call->name,
            process->counts[call - calls], args[call->flags >= 0 ? call->flags : 0], about);
    fflush(out);
}

/* The kernel makes a file of /proc up whole. */
static bool may_be_cut(const struct process *process, const struct call *call, const unsigned long long *args) {
    char about[256];
    if (call->bytes < 0 || !process->loaded)
        return false;
    read_about(process, call, args, about, sizeof about);
    return strncmp(about, "/proc/", 6) != 0;
}

static bool hits(const struct process *process, const struct call *call, const unsigned long long *args) {
    if (!ruled || !concerned(process))
        return false;
    if (strcmp(rule.call, "*") == 0)
        return may_be_cut(process, call, args);
    return strcmp(rule.call, call->name) == 0 && (!rule.k || rule.k == process->counts[call - calls]);
}

/* A page byte by byte takes thousands of calls: where all are cut, those of the board are halved. */
static void ask_for_less(struct process *process, const struct call *call) {
    bool page = call->number == SYS_pread64 || call->number == SYS_pwrite64;
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, process->pid, 0, &registers) != 0 || registers.rdx < 2)
        return;
    process->cut = true;
    process->bytes = registers.rdx;
    registers.rdx = rule.what == ONE && (rule.k || !page) ? 1 : registers.rdx / 2;
    ptrace(PTRACE_SETREGS, process->pid, 0, &registers);
}

static void refuse(struct process *process) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, process->pid, 0, &registers) != 0)
        return;
    process->error = rule.what;
    registers.orig_rax = (unsigned long long)-1;
    ptrace(PTRACE_SETREGS, process->pid, 0, &registers);
}

static void enter(struct process *process, const struct ptrace_syscall_info *info) {
    static bool told; /* of each one, the first is enough */
    const struct call *call = calls;
    unsigned long long args[6];
    while (call < calls + CALLS && call->number != (long)info->entry.nr)
        call++;
    if (call == calls + CALLS)
        return;
    for (int i = 0; i < 6; i++)
        args[i] = info->entry.args[i];
    process->counts[call - calls]++;
    process->loaded = process->loaded || call->number == SYS_munmap;
    if (!ruled)
        tell("", process, call, args);
    if (!hits(process, call, args))
        return;
    if (!told)
        tell("hit\t", process, call, args);
    told = true;
    if (rule.what == KILL) {
        kill(process->pid, SIGKILL);
        exit(0);
    }
    if (rule.what == ONE || rule.what == HALF)
        ask_for_less(process, call);
    else
        refuse(process);
}

/* The registers are as the program has left them again, but for the answer. */
static void leave(struct process *process) {
    struct user_regs_struct registers;
    if (!process->error && !process->cut)
        return;
    if (ptrace(PTRACE_GETREGS, process->pid, 0, &registers) == 0) {
        if (process->error)
            registers.rax = (unsigned long long)-process->error;
        if (process->cut)
            registers.rdx = process->bytes;
        ptrace(PTRACE_SETREGS, process->pid, 0, &registers);
    }
    process->error = 0;
    process->cut = false;
    if (rule.k)
        exit(0);
}

static void at_call(struct process *process) {
    struct ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof info, &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        enter(process, &info);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
        leave(process);
}

static void has_forked(const struct process *parent) {
    unsigned long message = 0;
    struct process *child;
    char name[NAME_MAX_BYTES + 1];
    if (ptrace(PTRACE_GETEVENTMSG, parent->pid, 0, &message) != 0)
        return;
    child = process_of((pid_t)message);
    snprintf(name, sizeof name, "%s+", parent->name);
    name_process(child, name);
    if (child->waits)
        go_on(child, 0);
    child->waits = false;
}

static void stopped(struct process *process, int status) {
    int signal_number = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_STOP && signal_number != SIGTRAP) {
        ptrace(PTRACE_LISTEN, process->pid, 0, 0);
        return;
    }
    if (event == PTRACE_EVENT_STOP && !process->n) {
        process->waits = true;
        return;
    }
    if (event == PTRACE_EVENT_EXEC)
        name_by_program(process);
    else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
        has_forked(process);
    else if (signal_number == (SIGTRAP | 0x80))
        at_call(process);
    go_on(process, event || signal_number == (SIGTRAP | 0x80) ? 0 : signal_number);
}

static void follow(void) {
    int status;
    for (;;) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0)
            exit(0);
        if (WIFSTOPPED(status))
            stopped(process_of(pid), status);
        else
            process_of(pid)->pid = 0;
    }
}

/* Nothing of the world that it looks at: not its environment, its terminal or its output. */
static void step_aside(const char *path) {
    extern char **environ;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    setsid();
    for (char **one = environ; *one; one++)
        memset(*one, 0, strlen(*one));
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    out = fopen(path, "we");
    if (!out)
        exit(73);
    fprintf(out, "%d\n", getpid());
    fflush(out);
}

static void trace(pid_t target, const char *path, int told) {
    long options =
        PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (ptrace(PTRACE_SEIZE, target, 0, options) != 0)
        _exit(77);
    snprintf(process_of(target)->name, NAME_MAX_BYTES, "inject");
    step_aside(path);
    if (write(told, "!", 1) != 1)
        _exit(71);
    close(told);
    follow();
}

static void read_rule(char *text) {
    char *fields[5] = {0};
    for (int i = 0; i < 5; i++)
        fields[i] = strtok(i ? NULL : text, ":");
    if (!fields[4])
        exit(64);
    ruled = true;
    snprintf(rule.name, sizeof rule.name, "%s", fields[0]);
    snprintf(rule.call, sizeof rule.call, "%s", fields[2]);
    rule.n = (int)strtol(fields[1], NULL, 10);
    rule.k = (int)strtol(fields[3], NULL, 10);
    rule.what = strcmp(fields[4], "kill") == 0   ? KILL
                : strcmp(fields[4], "one") == 0  ? ONE
                : strcmp(fields[4], "half") == 0 ? HALF
                                                 : (int)strtol(fields[4], NULL, 10);
}

int main(int argc, char **argv) {
    int told[2], at = argc > 3 && strcmp(argv[2], "--") != 0 ? 3 : 2;
    pid_t target = getpid(), between;
    char byte;
    if (argc <= at + 1 || strcmp(argv[at], "--") != 0) {
        fprintf(stderr, "usage: inject OUT [NAME:N:CALL:K:WHAT] -- PROGRAM [ARG...]\n");
        return 64;
    }
    if (at == 3)
        read_rule(argv[2]);
    if (pipe2(told, O_CLOEXEC) != 0)
        return 71;
    between = fork();
    if (between == 0) {
        if (fork() == 0)
            trace(target, argv[1], told[1]);
        _exit(0);
    }
    close(told[1]);
    waitpid(between, NULL, 0);
    if (read(told[0], &byte, 1) != 1) {
        fprintf(stderr, "inject: may not trace here\n");
        return 77;
    }
    execvp(argv[at + 1], argv + at + 1);
    return 127;
}
