#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/proc.h"
#include "host/proc_table.h"

enum { STEP_MS = 20, KILL_WAIT_MS = 10000 };

struct victim {
    int64_t pid;
    int64_t start;
    int64_t sent; /* the strongest signal it got: 0, SIGTERM, SIGKILL */
};
struct hunt {
    const struct proc_target *target;
    bool by_session; /* the agent's pid names its session and group beyond doubt */
    bool caller_inside;
    struct victim *victims;
    size_t count, cap;
};

/* The pid of a living or just dead agent is its own; one that is gone may have been given to another, whose session
 * would then bear this number: its members count only by their environment. */
static bool session_is_agents(const struct identity *agent) {
    struct proc_line line;
    struct err err = {0};
    char boot[40];
    bool known = agent != NULL && agent->pid > 0 && agent->start > 0 && proc_boot_id(boot, &err) &&
                 strcmp(boot, agent->boot) == 0 && proc_line_read(agent->pid, &line) == 0;
    err_release(&err);
    return known && line.start == agent->start;
}

static bool belongs(const struct hunt *hunt, const struct proc_line *line) {
    const struct identity *agent = hunt->target->agent;
    if (hunt->by_session && (line->pid == agent->pid || line->session == agent->pid || line->group == agent->pid))
        return true;
    return hunt->target->run_id != NULL && proc_is_ours(line->pid) &&
           proc_env_has(line->pid, "MC_RUN", hunt->target->run_id);
}

static bool known(const struct hunt *hunt, const struct proc_line *line) {
    for (size_t i = 0; i < hunt->count; i++)
        if (hunt->victims[i].pid == line->pid && hunt->victims[i].start == line->start)
            return true;
    return false;
}

static bool collect(const struct proc_line *line, void *context) {
    struct hunt *hunt = context;
    if (line->pid == getpid()) {
        hunt->caller_inside = hunt->caller_inside || belongs(hunt, line);
        return true;
    }
    if (!known(hunt, line) && belongs(hunt, line)) {
        hunt->victims = xgrow(hunt->victims, hunt->count, &hunt->cap, sizeof *hunt->victims);
        hunt->victims[hunt->count++] = (struct victim){.pid = line->pid, .start = line->start};
    }
    return true;
}

static bool lives(const struct victim *victim) {
    struct proc_line line;
    int error = proc_line_read(victim->pid, &line);
    if (error == ENOENT || error == ESRCH)
        return false;
    return error != 0 || (line.start == victim->start && proc_line_lives(&line));
}

/* The descriptor holds the process; that it is still ours is looked at after it was opened. */
static void send_signal(struct victim *victim, int number) {
    struct proc_line line;
    int fd = pidfd_open((pid_t)victim->pid, 0);
    if (fd < 0)
        return;
    if (proc_line_read(victim->pid, &line) == 0 && line.start == victim->start) {
        (void)pidfd_send_signal(fd, number, NULL, 0);
        if (number == SIGTERM) /* a stopped one would not hear it */
            (void)pidfd_send_signal(fd, SIGCONT, NULL, 0);
        victim->sent = number;
    }
    close(fd);
}

/* One round of looking and signalling; the number that still live. */
static size_t round_of(struct hunt *hunt, int number, bool *read) {
    size_t living = 0;
    *read = proc_each(collect, hunt);
    for (size_t i = 0; i < hunt->count; i++) {
        if (!lives(&hunt->victims[i]))
            continue;
        living++;
        if (hunt->victims[i].sent != number)
            send_signal(&hunt->victims[i], number);
    }
    return living;
}

/* Until none is left in two looks (one may have been forking in the first), or the time is over. */
static bool drive(struct hunt *hunt, int number, int64_t limit_ms) {
    int64_t until = clock_monotonic() + limit_ms;
    int quiet = 0;
    for (;;) {
        bool read;
        size_t living = round_of(hunt, number, &read);
        quiet = living == 0 && read ? quiet + 1 : 0;
        if (quiet == 2 || (quiet == 1 && hunt->count == 0))
            return true;
        if (quiet == 0 && clock_monotonic() >= until)
            return false;
        if (quiet == 0)
            clock_sleep(STEP_MS);
    }
}

/* Called from inside the agent's own session (mc-ticket cancel): the hang-up of its terminal must not end us. */
static void outlive(const struct hunt *hunt) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    if (!hunt->caller_inside)
        return;
    (void)sigaction(SIGHUP, &ignore, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

bool proc_end(const struct proc_target *target, struct err *err) {
    struct hunt hunt = {.target = target, .by_session = session_is_agents(target->agent)};
    const struct victim *left = NULL;
    bool done;
    (void)proc_each(collect, &hunt);
    outlive(&hunt);
    done = drive(&hunt, SIGTERM, target->grace_ms) || drive(&hunt, SIGKILL, KILL_WAIT_MS);
    for (size_t i = 0; i < hunt.count && !done && left == NULL; i++)
        if (lives(&hunt.victims[i]))
            left = &hunt.victims[i];
    if (left != NULL)
        err_set(err, MC_OSERR, "process %lld of this agent does not end; look at it with: ps -p %lld",
                (long long)left->pid, (long long)left->pid);
    else if (!done)
        err_set(err, MC_OSERR, "/proc cannot be read: whether the agent has ended is not known");
    free(hunt.victims);
    return done;
}
