#include "await.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "call.h"
#include "pickup/listen.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum {
    LOOK_MS = 100,
    LOOK_LATER_MS = 250, /* of what has taken so long already */
    LATER_MS = 5000,
    SCREEN_MS = 1000, /* between looks at the agent's own screen */
    REPORT_MS = 10000 /* so long after its word may an agent's report of the reply come */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number) {
    (void)number;
    interrupted = 1;
}

void await_interrupts(void) {
    struct sigaction action = {.sa_handler = interrupt};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

/* The waiting itself: what it waits for, and how long it has. */
struct waiting {
    struct await *await;
    const char *key;
    const char *what;
    int64_t since;
    int64_t looked; /* at the screen */
    int64_t shown;  /* the second that stands on the terminal */
    bool terminal;
};

static void show(struct waiting *waiting, int64_t now) {
    int64_t second = (now - waiting->since) / 1000;

    if (!waiting->terminal || second == waiting->shown)
        return;
    waiting->shown = second;
    fprintf(stderr, "\r\033[K%s: %s, %lld s", waiting->key, waiting->what, (long long)second);
    fflush(stderr);
}

static void show_end(struct waiting *waiting) {
    if (waiting->terminal && waiting->shown >= 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}

static bool stop(const struct waiting *waiting, const char *why, struct err *err) {
    if (waiting->await->nonce[0])
        return err_set(err, MC_TEMPFAIL,
                       "%s: %s; its turn goes on: mc-ticket reply %s prints the reply when it is over", waiting->key,
                       why, waiting->key);
    return err_set(err, MC_TEMPFAIL, "%s: %s; message %lld goes on waiting for its turn", waiting->key, why,
                   (long long)waiting->await->message);
}

/* Until the next look; false: no more of them. */
static bool next(struct waiting *waiting, struct err *err) {
    int64_t now = clock_monotonic(), limit = waiting->await->limit_ms, spent = now - waiting->since;
    int64_t step = spent < LATER_MS ? LOOK_MS : LOOK_LATER_MS;

    if (interrupted)
        return stop(waiting, "interrupted", err);
    if (limit && spent >= limit)
        return stop(waiting, "no reply within the time", err);
    show(waiting, now);
    clock_sleep(limit && limit - spent < step ? limit - spent : step);
    return true;
}

static bool closed(struct waiting *waiting, bool *is, struct err *err) {
    struct ticket ticket = {0};
    bool ok = tickets_get(waiting->await->call->site.board, waiting->await->ticket, &ticket, err);

    *is = ok && (ticket.status == TICKET_DONE || ticket.status == TICKET_CANCELLED);
    ticket_release(&ticket);
    return ok;
}

/* *due: look again. */
static bool look_message(struct waiting *waiting, bool *due, struct err *err) {
    struct await *await = waiting->await;
    struct message message = {0};
    bool over = false;
    bool ok = messages_get(await->call->site.board, await->message, &message, err) && closed(waiting, &over, err);

    *due = ok && (message.status == MESSAGE_PENDING || message.status == MESSAGE_SENDING);
    if (ok && message.status == MESSAGE_SENT && message.run_id && message.nonce) {
        text_copy(await->run_id, sizeof await->run_id, message.run_id);
        text_copy(await->nonce, sizeof await->nonce, message.nonce);
    } else if (ok && !*due)
        ok = err_set(err, MC_UNAVAILABLE, "%s: message %lld did not reach an agent (%s); mc-ticket show %s tells why",
                     waiting->key, (long long)await->message,
                     message.id ? message_status_name(message.status) : "it is gone", waiting->key);
    else if (*due && over)
        ok = err_set(err, MC_UNAVAILABLE, "%s was closed, and message %lld reaches nobody", waiting->key,
                     (long long)await->message);
    message_release(&message);
    return ok;
}

static bool await_turn(struct waiting *waiting, struct err *err) {
    bool due = waiting->await->message != 0;

    waiting->what = "waiting for its turn";
    while (due)
        if (!look_message(waiting, &due, err) || (due && !next(waiting, err)))
            return false;
    return true;
}

/* Where no report comes its agent's screen tells the end. */
static void look_at_screen(struct waiting *waiting) {
    int64_t now = clock_monotonic();

    if (now - waiting->looked < SCREEN_MS)
        return;
    listen_screen(&waiting->await->call->site, waiting->await->ticket);
    waiting->looked = clock_monotonic();
}

static bool await_end(struct waiting *waiting, enum turn_seen *seen, struct err *err) {
    struct await *await = waiting->await;
    const struct turn_name turn = {.ticket_id = await->ticket, .run_id = await->run_id, .nonce = await->nonce};

    waiting->what = "waiting for the reply";
    for (;;) {
        if (!turn_look(&await->call->site, &turn, seen, err))
            return false;
        if (*seen != TURN_UNDER_WAY)
            return true;
        if (!next(waiting, err))
            return false;
        look_at_screen(waiting);
    }
}

/* Its word may come before the report of its reply, where it makes one. */
static bool read_reply(struct waiting *waiting, struct turn_reply *reply, struct err *err) {
    struct await *await = waiting->await;
    const struct turn_name turn = {.ticket_id = await->ticket, .run_id = await->run_id, .nonce = await->nonce};
    int64_t until = clock_monotonic() + (turn_reports(&await->call->site, &turn) ? REPORT_MS : 0);

    for (;;) {
        if (!turn_reply(&await->call->site, &turn, reply, err))
            return false;
        if (reply->left == LEFT_REPLY || clock_monotonic() >= until)
            return true;
        if (!next(waiting, err))
            return false;
    }
}

static bool judge(const struct waiting *waiting, enum turn_seen seen, const struct turn_reply *reply, struct err *err) {
    if (reply->left != LEFT_NOTHING)
        return true;
    if (seen == TURN_LOST)
        return err_set(err, MC_UNAVAILABLE,
                       "%s: its agent has ended before it replied; mc-ticket log %s shows its last "
                       "output",
                       waiting->key, waiting->key);
    return err_set(err, MC_UNAVAILABLE,
                   "%s: the turn is over and left no reply; mc-ticket log %s shows what was written", waiting->key,
                   waiting->key);
}

bool await_reply(struct await *await, struct turn_reply *reply, struct err *err) {
    char key[KEY_SIZE];
    struct waiting waiting = {.await = await,
                              .key = key,
                              .since = clock_monotonic(),
                              .looked = clock_monotonic(),
                              .shown = -1,
                              .terminal = isatty(STDERR_FILENO) != 0};
    enum turn_seen seen = TURN_UNDER_WAY;
    bool ok;

    site_key(&await->call->site, await->ticket, key);
    ok = await_turn(&waiting, err) && await_end(&waiting, &seen, err) && read_reply(&waiting, reply, err);
    show_end(&waiting);
    return ok && judge(&waiting, seen, reply, err);
}
