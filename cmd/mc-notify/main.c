/* mc-notify FILE MS PROGRAM [ARG …]: hands the event on standard input to the person's program and is waited for by
 * nobody: it has gone its own way as soon as it has read the event. After MS milliseconds the program's process group
 * is killed. What went wrong is left in FILE as one line, for the next pickup to say, and in FILE.last until one
 * of them goes well. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/exhausted.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/spawn.h"

enum { EVENT_MAX = 1024 * 1024, LIMIT_MAX = 3600 * 1000, CHUNK = 16384 };

struct order {
    const char *failed;
    int64_t limit_ms;
    struct argv argv;
    struct text event;
};

static bool read_event(struct text *event) {
    char bytes[CHUNK];
    ssize_t n;

    event->max = EVENT_MAX;
    while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) != 0)
        if (n > 0 ? !text_addn(event, bytes, (size_t)n) : errno != EINTR)
            return false;
    return true;
}

static bool read_order(struct order *order, int argc, char **argv) {
    long long limit = 0;

    if (argc < 4 || !text_to_int(argv[2], 1, LIMIT_MAX, &limit))
        return false;
    order->failed = argv[1];
    order->limit_ms = limit;
    for (int i = 3; i < argc; i++)
        argv_add(&order->argv, argv[i]);
    return true;
}

static void tell(const struct order *order, struct text *fault) {
    const struct spawn spawn = {.argv = &order->argv,
                                .input = text_str(&order->event),
                                .input_len = order->event.len,
                                .timeout_ms = order->limit_ms};
    const char *program = order->argv.items[0];
    struct spawn_result result = {0};
    struct err err = {0};

    if (!spawn_run(&spawn, &result, &err))
        text_add(fault, err.text);
    else if (result.timed_out)
        text_addf(fault, "%s: did not end within %lld s and was stopped", program, (long long)order->limit_ms / 1000);
    else if (result.signal)
        text_addf(fault, "%s: was ended by signal %d", program, result.signal);
    else if (result.status)
        text_addf(fault, "%s: ended with status %d", program, result.status);
    err_release(&err);
}

static void leave(const char *file, const struct text *fault) {
    struct err ignored = {0};
    char *last = xasprintf("%s.last", file);

    if (!fault->len)
        files_remove(last);
    else if (files_write(file, fault->data, fault->len, &ignored))
        files_put(last, fault->data, fault->len, &ignored);
    free(last);
    err_release(&ignored);
}

int main(int argc, char **argv) {
    struct order order = {0};
    struct text fault = {0};
    int exit = MC_OK;

    exhausted_as("mc-notify", NULL);
    spawn_close_descriptors();
    spawn_note_caller();
    if (!read_order(&order, argc, argv)) {
        fprintf(stderr, "usage: mc-notify FILE MS PROGRAM [ARG ...] <EVENT\n");
        exit = MC_USAGE;
    } else if (!read_event(&order.event)) {
        exit = MC_IOERR;
    } else if (!spawn_detach()) {
        exit = MC_OSERR;
    } else {
        tell(&order, &fault);
        leave(order.failed, &fault);
    }
    argv_release(&order.argv);
    text_release(&order.event);
    text_release(&fault);
    return exit;
}
