#include "canvas.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "fit.h"
#include "host/output.h"

/* The other screen, no cursor, no line goes on in the next one; and back. */
static const char begin[] = "\033[?1049h\033[?25l\033[?7l", end[] = "\033[?7h\033[?25h\033[?1049l";

static struct termios before;
static sigset_t waiting; /* what may come while nothing is drawn */
static bool opened;
static volatile sig_atomic_t ended_by, resized;

static void note_end(int number) {
    ended_by = number;
}

static void note_change(int number) {
    (void)number;
    resized = 1;
}

static bool put(const char *s, size_t n) {
    return output_write(STDOUT_FILENO, s, n);
}

static void restore(void) {
    if (!opened)
        return;
    opened = false;
    put(end, sizeof end - 1);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

bool canvas_check(struct err *err) {
    const char *term = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, MC_USAGE,
                       "watch draws on a terminal, and this is none: mc-ticket list, or show KEY, prints once");
    if (!term || !*term || strcmp(term, "dumb") == 0)
        return err_set(err, MC_USAGE,
                       "watch cannot draw on this terminal (TERM is %s): mc-ticket list, or show KEY, prints once",
                       term && *term ? term : "not set");
    return true;
}

/* They come while it waits and at no other time, so that no step of a look is cut short. */
static void catch_signals(void) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT}, changes[] = {SIGWINCH, SIGCONT};
    struct sigaction on_end = {.sa_handler = note_end}, on_change = {.sa_handler = note_change};
    sigset_t held;

    (void)sigemptyset(&held);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)sigaddset(&held, ends[i]);
        (void)sigaction(ends[i], &on_end, NULL);
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        (void)sigaddset(&held, changes[i]);
        (void)sigaction(changes[i], &on_change, NULL);
    }
    (void)sigprocmask(SIG_BLOCK, &held, &waiting);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        (void)sigdelset(&waiting, ends[i]);
}

bool canvas_open(struct err *err) {
    struct termios quiet;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return err_errno(err, MC_OSERR, errno, "the terminal cannot be asked for its settings");
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    quiet.c_cc[VSUSP] = _POSIX_VDISABLE; /* a shell that comes back would find its terminal half drawn */
    quiet.c_cc[VMIN] = 0;
    quiet.c_cc[VTIME] = 0;
    catch_signals();
    opened = true;
    (void)atexit(restore);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    return put(begin, sizeof begin - 1) || err_errno(err, MC_IOERR, errno, "the terminal cannot be written");
}

bool canvas_draw(const char *page) {
    struct text frame = {0};
    size_t lines = fit_lines();
    bool ok;

    text_add(&frame, "\033[H");
    /* Cleared first: behind a line as wide as the terminal the cursor stands on its last letter. */
    for (size_t i = 0; *page && (!lines || i < lines); i++) {
        size_t n = strcspn(page, "\n"), whole = n + (page[n] == '\n');
        bool last = !page[whole] || i + 1 == lines;

        text_add(&frame, i ? "\r\n" : "");
        text_add(&frame, last ? "\033[J" : "\033[K");
        text_addn(&frame, page, n);
        text_add(&frame, "\033[0m");
        page += whole;
    }
    ok = put(text_str(&frame), frame.len);
    text_release(&frame);
    return ok;
}

/* "q" ends it; whatever else is typed means nothing. false too where the terminal is gone. */
static bool goes_on(void) {
    char typed[64];
    ssize_t n = read(STDIN_FILENO, typed, sizeof typed);

    return n > 0 ? !memchr(typed, 'q', (size_t)n) : n < 0 && (errno == EINTR || errno == EAGAIN);
}

bool canvas_wait(int64_t ms) {
    int64_t until = clock_monotonic() + ms;

    for (resized = 0; !ended_by && !resized;) {
        int64_t left = until - clock_monotonic();
        struct timespec time = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
        fd_set typed;
        int ready;

        if (left <= 0)
            return true;
        FD_ZERO(&typed);
        FD_SET(STDIN_FILENO, &typed);
        ready = pselect(STDIN_FILENO + 1, &typed, NULL, NULL, &time, &waiting);
        if (ready > 0 && !goes_on())
            return false;
    }
    return !ended_by;
}

void canvas_close(void) {
    int number = ended_by;
    sigset_t none;

    restore();
    if (!number || number == SIGINT)
        return;
    (void)signal(number, SIG_DFL);
    (void)sigemptyset(&none);
    (void)raise(number);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}
