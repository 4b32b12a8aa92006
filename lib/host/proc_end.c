#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/proc.h"
#include "host/proc_table.h"

enum { STEP_MS = 20, KILL_WAIT_MS = 10000, NAMED_MAX = 20, GENERATIONS_MAX = 64 };

struct victim {
    int64_t pid;
    int64_t start;
    int sent;   /* the strongest signal it got: 0, SIGTERM, SIGKILL */
    bool leads; /* a session of its own, of which somebody was seen in every look until now */
    bool seen;  /* in this look */
};

/* One look at the table of processes. */
struct entry {
    struct proc_line line;
    bool ours;
};
struct look {
    struct entry *items;
    size_t count, cap;
};

/* What the agent's pid still says about a process whose session or group it is. Its number is given to another only
 * when its last process has left session and group. So: the agent itself stands there: they are its own (WHOLE). Nobody
 * does: they are its own, or those of one that came and went in its place, and the process must bear the run's mark as
 * well (MARKED). Another does: none is (NONE). */
enum reach { REACH_NONE, REACH_MARKED, REACH_WHOLE };

struct hunt {
    const struct proc_target *target;
    enum reach reach;
    bool number_held; /* the last look saw somebody with it: it cannot have been given away and come back since */
    bool caller_inside;
    struct victim *victims;
    size_t count, cap;
};

/* We, or one that we descend from, by this look. */
static bool is_above_us(int64_t pid) {
    struct proc_line line = {.parent = getpid()};
    for (int i = 0; i < GENERATIONS_MAX && line.parent > 1; i++) {
        if (line.parent == pid)
            return true;
        if (proc_line_read(line.parent, &line) != 0)
            return false;
    }
    return false;
}

/* An agent may call us from inside its run: then that is what our own environment says, or its. */
static bool runs_us(const struct proc_target *target) {
    const char *run = getenv("MC_RUN");
    return target->run_id != NULL && ((run != NULL && strcmp(run, target->run_id) == 0) ||
                                      proc_bears(target->agent->pid, target->run_id) == SEEN_YES);
}

/* Whatever its row says: with the first process of a namespace would go all that are in it, with one that we descend
 * from whoever has called us. */
static bool is_no_agent(const struct proc_target *target) {
    int64_t pid = target->agent->pid;
    return pid <= 1 || (is_above_us(pid) && !runs_us(target));
}

static enum reach reach_of(const struct proc_target *target) {
    const struct identity *agent = target->agent;
    struct proc_line line;
    struct err err = {0};
    char boot[40];
    bool here =
        !is_no_agent(target) && !proc_elsewhere(agent) && proc_boot_id(boot, &err) && strcmp(boot, agent->boot) == 0;
    int error;
    err_release(&err);
    if (!here)
        return REACH_NONE;
    error = proc_line_read(agent->pid, &line);
    if (error == 0)
        return identity_known(agent) && line.start == agent->start ? REACH_WHOLE : REACH_NONE;
    return error == ENOENT || error == ESRCH ? REACH_MARKED : REACH_NONE;
}

static bool marked(const struct hunt *hunt, int64_t pid) {
    const char *run_id = hunt->target->run_id;
    return run_id != NULL && proc_is_ours(pid) && proc_env_has(pid, "MC_RUN", run_id);
}

static bool by_number(const struct hunt *hunt, const struct proc_line *line) {
    int64_t pid = hunt->target->agent->pid;
    bool in = line->session == pid || line->group == pid;
    switch (hunt->reach) {
    case REACH_NONE:
        return false;
    case REACH_MARKED:
        return in && line->start >= hunt->target->agent->start && marked(hunt, line->pid);
    case REACH_WHOLE:
        return in || line->pid == pid;
    }
    return false;
}

static bool known(const struct hunt *hunt, const struct proc_line *line) {
    for (size_t i = 0; i < hunt->count; i++)
        if (hunt->victims[i].pid == line->pid && hunt->victims[i].start == line->start)
            return true;
    return false;
}

/* In the session of a descendant: what that one forked in the moment of its end is nobody's child any more. */
static bool in_session(struct hunt *hunt, const struct proc_line *line) {
    for (size_t i = 0; i < hunt->count; i++)
        if (hunt->victims[i].leads && line->session == hunt->victims[i].pid)
            return hunt->victims[i].seen = true;
    return false;
}

static bool take_line(const struct proc_line *line, void *context) {
    struct look *look = context;
    look->items = xgrow(look->items, look->count, &look->cap, sizeof *look->items);
    look->items[look->count++] = (struct entry){.line = *line};
    return true;
}

static int by_pid(const void *a, const void *b) {
    int64_t left = ((const struct entry *)a)->line.pid, right = ((const struct entry *)b)->line.pid;
    return left < right ? -1 : left > right;
}

static bool of_ours(const struct look *look, const struct entry *entry) {
    struct entry key = {.line.pid = entry->line.parent};
    const struct entry *parent = bsearch(&key, look->items, look->count, sizeof key, by_pid);
    return parent != NULL && parent->ours;
}

/* Who is the agent's by group, session or descent, until no more are found. */
static void mark_ours(struct hunt *hunt, struct look *look) {
    bool more = true;
    hunt->number_held = false;
    qsort(look->items, look->count, sizeof *look->items, by_pid);
    for (size_t i = 0; i < look->count; i++) {
        struct entry *entry = &look->items[i];
        bool numbered = by_number(hunt, &entry->line);
        bool in = in_session(hunt, &entry->line);
        hunt->number_held = hunt->number_held || numbered;
        entry->ours = numbered || in;
    }
    for (size_t i = 0; i < hunt->count; i++) {
        hunt->victims[i].leads = hunt->victims[i].leads && hunt->victims[i].seen;
        hunt->victims[i].seen = false;
    }
    while (more) {
        more = false;
        for (size_t i = 0; i < look->count; i++) {
            struct entry *entry = &look->items[i];
            if (!entry->ours && of_ours(look, entry))
                entry->ours = more = true;
        }
    }
}

/* Remembers who is found, so that a child stays known when its parent has gone. */
static bool collect(struct hunt *hunt) {
    struct look look = {0};
    bool read;
    if (!hunt->number_held)
        hunt->reach = reach_of(hunt->target);
    read = proc_each(take_line, &look);
    if (look.count > 0)
        mark_ours(hunt, &look);
    for (size_t i = 0; i < look.count; i++) {
        const struct proc_line *line = &look.items[i].line;
        if (!look.items[i].ours)
            continue;
        if (line->pid == getpid()) {
            hunt->caller_inside = true;
        } else if (!known(hunt, line)) {
            hunt->victims = xgrow(hunt->victims, hunt->count, &hunt->cap, sizeof *hunt->victims);
            hunt->victims[hunt->count++] =
                (struct victim){.pid = line->pid, .start = line->start, .leads = line->session == line->pid};
        }
    }
    free(look.items);
    return read;
}

/* Does it live? One that has not had this signal yet gets it (0: none). The descriptor holds the process; that it is
 * still the one meant is looked at after it was opened. */
static bool attend(struct victim *victim, int number) {
    struct proc_line line;
    int fd = pidfd_open((pid_t)victim->pid, 0);
    int error;
    bool lives;
    if (fd < 0)
        return errno != ESRCH;
    error = proc_line_read(victim->pid, &line);
    lives = error == 0 ? line.start == victim->start && proc_line_lives(&line) : error != ENOENT && error != ESRCH;
    if (lives && error == 0 && number != 0 && victim->sent != number) {
        (void)pidfd_send_signal(fd, number, NULL, 0);
        if (number == SIGTERM) /* a stopped one would not hear it */
            (void)pidfd_send_signal(fd, SIGCONT, NULL, 0);
        victim->sent = number;
    }
    close(fd);
    return lives;
}

/* One round of looking and signalling; the number that still live. */
static size_t round_of(struct hunt *hunt, int number, bool *read) {
    size_t living = 0;
    *read = collect(hunt);
    for (size_t i = 0; i < hunt->count; i++)
        living += attend(&hunt->victims[i], number);
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
    if (!hunt->caller_inside)
        return;
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

struct naming {
    const struct hunt *hunt;
    struct text *out;
    size_t count;
};

static bool name_spared(const struct proc_line *line, void *context) {
    struct naming *naming = context;
    if (line->pid == getpid() || known(naming->hunt, line) || !marked(naming->hunt, line->pid))
        return true;
    if (naming->count++ >= NAMED_MAX)
        return true;
    if (naming->out->len > 0)
        text_add(naming->out, ", ");
    clean_line(naming->out, line->comm, strlen(line->comm), 0);
    text_addf(naming->out, " (pid %lld)", (long long)line->pid);
    return true;
}

static void name_all_spared(const struct hunt *hunt, struct text *out) {
    struct naming naming = {.hunt = hunt, .out = out};
    (void)proc_each(name_spared, &naming);
    if (naming.count > NAMED_MAX)
        text_addf(out, " and %zu more", naming.count - NAMED_MAX);
}

static bool explain(struct hunt *hunt, struct err *err) {
    for (size_t i = 0; i < hunt->count; i++)
        if (attend(&hunt->victims[i], 0))
            return err_set(err, MC_OSERR, "process %lld of this agent does not end; look at it with: ps -p %lld",
                           (long long)hunt->victims[i].pid, (long long)hunt->victims[i].pid);
    return err_set(err, MC_OSERR, "/proc cannot be read: whether the agent has ended is not known");
}

bool proc_end(const struct proc_target *target, struct text *spared, struct err *err) {
    struct hunt hunt = {.target = target};
    bool done;
    (void)collect(&hunt);
    outlive(&hunt);
    done = drive(&hunt, SIGTERM, target->grace_ms) || drive(&hunt, SIGKILL, KILL_WAIT_MS) || explain(&hunt, err);
    if (done && spared != NULL)
        name_all_spared(&hunt, spared);
    free(hunt.victims);
    return done;
}
