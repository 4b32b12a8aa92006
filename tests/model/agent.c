/* A stand-in for an agent that does as it is told:
 *
 *     model_agent FOLDER [--report PROGRAM] [PROMPT]
 *
 * FOLDER/log gets a line for each event, its fields between tabs: event, pid, run, ticket, text (with \n and \\). It
 * draws as mc-demo-agent does. Orders are lines written to FOLDER/PID, a FIFO; FOLDER/birth, where it is there, holds
 * the first of them and is taken by the first agent that comes. The orders:
 *
 *     over TEXT    the turn is over, with this reply       show WORD    draw busy, idle, dialog or junk
 *     exit N       end at once                             deaf         TERM and HUP do nothing any more
 *     hang, wake   read nothing that is typed, read again
 *     turn TEXT    take this as a turn (\n and \\ in it) that was not typed */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { MOST = 1 << 18, ORDER = 1 << 16, SHOWN_LINES = 3 };

static struct {
    const char *folder;
    char input[MOST], held[MOST], order[ORDER];
    size_t input_len, held_len, order_len;
    int orders;
    bool hung, dialog, pasting;
} self;

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "-";
}

static void tell(const char *event, const char *s, size_t n) {
    static char line[2 * MOST + 512];
    char path[PATH_MAX];
    int fd;
    size_t at = (size_t)snprintf(line, 512, "%s\t%d\t%s\t%s\t", event, (int)getpid(), variable("MC_RUN"),
                                 variable("MC_TICKET"));
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n' || s[i] == '\\')
            line[at++] = '\\';
        line[at++] = s[i];
        if (s[i] == '\n')
            line[at - 1] = 'n';
    }
    line[at++] = '\n';
    snprintf(path, sizeof path, "%s/log", self.folder);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, at) != (ssize_t)at)
        _exit(99);
    close(fd);
}

static void show(const char *s) {
    fputs(s, stdout);
    fflush(stdout);
}

static void prompt_line(void) {
    show("\r\033[Kdemo> ");
}

static void echo(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n')
            fputs("\r\n  ", stdout);
        else
            putchar(s[i]);
    }
    fflush(stdout);
}

static void turn(const char *s, size_t n) {
    show("\r\n");
    tell("prompt", s, n);
    show("[working] one moment");
}

static void reply(const char *text) {
    printf("\r\033[K  %s\r\n", text);
    prompt_line();
}

/* What it draws is what it has: an input that is not shown is gone. */
static void draw(const char *word) {
    self.input_len = 0;
    self.dialog = strcmp(word, "dialog") == 0;
    if (self.dialog)
        show("\033[H\033[2J[question] May I?");
    else if (strcmp(word, "busy") == 0)
        show("\r\033[K[working] on");
    else if (strcmp(word, "idle") == 0)
        reply("as if it were over");
    else
        show("\033[H\033[2J\033[31m~~ ??? demo [ ] working > \342\226\210\r\n\r\n");
}

static void unescape(char *s) {
    char *to = s;
    for (; *s; s++) {
        if (*s == '\\' && *++s == 'n')
            *s = '\n';
        *to++ = *s;
    }
    *to = '\0';
}

/* What was typed while it did not read is lost, as with agents that start anew at their prompt; CONT does the same. */
static void wake(int signal_number) {
    (void)signal_number;
    (void)tcflush(0, TCIFLUSH);
}

static void obey(char *order) {
    char *rest = strchr(order, ' ');
    tell("order", order, strlen(order));
    if (rest)
        *rest++ = '\0';
    else
        rest = order + strlen(order);
    if (strcmp(order, "exit") == 0)
        _exit(atoi(rest));
    if (strcmp(order, "over") == 0) {
        self.input_len = 0;
        reply(rest);
    } else if (strcmp(order, "turn") == 0) {
        unescape(rest);
        echo(rest, strlen(rest));
        turn(rest, strlen(rest));
    } else if (strcmp(order, "show") == 0) {
        draw(rest);
    } else if (strcmp(order, "deaf") == 0) {
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
    } else {
        self.hung = strcmp(order, "hang") == 0;
        wake(0);
    }
    tell("done", order, strlen(order));
}

static void enter(void) {
    if (self.dialog) {
        self.dialog = false;
        self.input_len = 0;
        tell("answered", "", 0);
        prompt_line();
    } else if (self.input_len > 0) {
        turn(self.input, self.input_len);
        self.input_len = 0;
    }
}

static void pasted(const char *s, size_t n) {
    static int pastes;
    char text[64];
    int lines = 1;
    for (size_t i = 0; i < n; i++)
        lines += s[i] == '\n';
    snprintf(text, sizeof text, "[Pasted text #%d +%d lines]", ++pastes, lines);
    if (lines > SHOWN_LINES)
        show(text);
    else
        echo(s, n);
}

static void add(char c) {
    if (self.input_len < MOST)
        self.input[self.input_len++] = c;
}

/* A whole bracketed paste, or what was typed: one byte at a time, brackets held back until they are told apart. */
static void receive(char c) {
    static size_t begun;
    const char *bracket = self.pasting ? "\033[201~" : "\033[200~";
    size_t n = strlen(bracket);
    if (self.held_len < MOST)
        self.held[self.held_len++] = c;
    if (self.held_len <= n ? memcmp(self.held, bracket, self.held_len) == 0 : false) {
        if (self.held_len < n)
            return;
        self.held_len = 0;
        self.pasting = !self.pasting;
        if (self.pasting)
            begun = self.input_len;
        else
            pasted(self.input + begun, self.input_len - begun);
        return;
    }
    for (size_t i = 0; i < self.held_len; i++) {
        char one = self.held[i];
        if (self.pasting)
            add(one == '\r' ? '\n' : one);
        else if (one == '\r')
            enter();
        else
            add(one);
        if (!self.pasting && one != '\r' && !self.dialog)
            echo(&one, 1);
    }
    self.held_len = 0;
}

static void hear(void) {
    char c;
    while (read(self.orders, &c, 1) == 1) {
        if (c != '\n' && self.order_len < sizeof self.order - 1) {
            self.order[self.order_len++] = c;
            continue;
        }
        self.order[self.order_len] = '\0';
        self.order_len = 0;
        obey(self.order);
    }
}

static void take_typed(void) {
    char bytes[4096];
    ssize_t n = read(0, bytes, sizeof bytes);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
        _exit(0);
    for (ssize_t i = 0; i < n; i++)
        receive(bytes[i]);
}

static void raw_mode(void) {
    struct termios mode;
    if (tcgetattr(0, &mode) != 0)
        return;
    cfmakeraw(&mode);
    (void)tcsetattr(0, TCSANOW, &mode);
}

static void be_born(void) {
    char path[PATH_MAX], mine[PATH_MAX], order[256];
    ssize_t n;
    int fd;
    snprintf(path, sizeof path, "%s/birth", self.folder);
    snprintf(mine, sizeof mine, "%s/birth.%d", self.folder, (int)getpid());
    if (rename(path, mine) != 0)
        return;
    fd = open(mine, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? 0 : read(fd, order, sizeof order - 1);
    order[n > 0 ? n : 0] = '\0';
    close(fd);
    obey(order);
}

int main(int argc, char **argv) {
    char path[PATH_MAX];
    if (argc < 2)
        return 64;
    self.folder = argv[1];
    snprintf(path, sizeof path, "%s/%d", self.folder, (int)getpid());
    (void)mkfifo(path, 0600);
    self.orders = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    tell("start", "", 0);
    raw_mode();
    signal(SIGCONT, wake);
    show("\033[?2004ha stand-in\r\n");
    prompt_line();
    if (argc > 2 && strcmp(argv[2], "--report") == 0) { /* whom to tell of turns: it does so when it is ordered to */
        argc -= 2;
        argv += 2;
    }
    if (argc > 2) {
        echo(argv[2], strlen(argv[2]));
        turn(argv[2], strlen(argv[2]));
    }
    be_born();
    for (;;) {
        struct pollfd seen[] = {{.fd = self.orders, .events = POLLIN}, {.fd = self.hung ? -1 : 0, .events = POLLIN}};
        if (poll(seen, 2, -1) < 0 && errno != EINTR)
            return 1;
        if (seen[0].revents)
            hear();
        if (!self.hung && seen[1].revents)
            take_typed();
    }
}
