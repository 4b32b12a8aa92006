#include "demo_screen.h"

#include <errno.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "demo.h"
#include "demo_report.h"
#include "demo_turn.h"
#include "host/files.h"
#include "host/spawn.h"

enum { SHOWN_LINES = 3, CTRL_D = 4, RUBOUT = 127 };
static const char paste_begin[] = "\033[200~", paste_finish[] = "\033[201~", prompt_line[] = "\r\033[Kdemo> ";

static void raw_mode(void) {
    struct termios mode;
    if (tcgetattr(0, &mode) != 0)
        return;
    mode.c_iflag &= (tcflag_t) ~(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | IXON);
    mode.c_lflag &= (tcflag_t) ~(ECHO | ICANON | IEXTEN | ISIG);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    (void)tcsetattr(0, TCSANOW, &mode);
}

static void show_paste(struct demo *demo) {
    int lines = 1;
    demo->pastes++;
    for (size_t i = 0; i < demo->paste.len; i++)
        lines += demo->paste.data[i] == '\n';
    if (lines > SHOWN_LINES)
        printf("[Pasted text #%d +%d lines]", demo->pastes, lines);
    else
        demo_show(text_str(&demo->paste), demo->paste.len);
}

static void end_paste(struct demo *demo) {
    demo->bracket = false;
    text_addn(&demo->input, text_str(&demo->paste), demo->paste.len);
    show_paste(demo);
    text_clear(&demo->paste);
}

static void enter(struct demo *demo) {
    char *prompt;
    size_t n = demo->input.len;
    if (demo->dialog) {
        demo->dialog = false;
        demo_log(demo, "answered", text_str(&demo->input), n);
        text_clear(&demo->input);
        fputs(prompt_line, stdout);
        return;
    }
    if (n == 0)
        return;
    prompt = text_take(&demo->input);
    fputs("\r\n", stdout);
    demo_turn(demo, prompt, n);
    free(prompt);
    fputs(prompt_line, stdout);
}

static void typed(struct demo *demo, char c) {
    if (c == '\r') {
        enter(demo);
    } else if (c == CTRL_D && demo->input.len == 0) {
        demo_log(demo, "end", "", 0);
        demo_report_gone(demo);
        fputs("\r\n", stdout);
        exit(0);
    } else if (c == RUBOUT || c == '\b') {
        if (demo->input.len > 0) {
            demo->input.data[--demo->input.len] = '\0';
            fputs("\b \b", stdout);
        }
    } else {
        demo_log(demo, "typed", &c, 1);
        text_addc(&demo->input, c);
        if (!demo->dialog)
            demo_show(&c, 1);
    }
}

static void receive_plain(struct demo *demo, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (demo->bracket)
            text_addc(&demo->paste, (char)(bytes[i] == '\r' ? '\n' : bytes[i]));
        else
            typed(demo, bytes[i]);
    }
}

/* Bytes that may still become one of the two brackets wait in `pending`. */
static void receive(struct demo *demo, char c) {
    const char *bracket = demo->bracket ? paste_finish : paste_begin;
    text_addc(&demo->pending, c);
    if (strcmp(demo->pending.data, bracket) == 0) {
        text_clear(&demo->pending);
        if (demo->bracket)
            end_paste(demo);
        else
            demo->bracket = true;
    } else if (strncmp(demo->pending.data, bracket, demo->pending.len) != 0) {
        char *bytes = NULL;
        size_t n = demo->pending.len;
        bool again = c == '\033' && n > 1;
        bytes = text_take(&demo->pending);
        receive_plain(demo, bytes, again ? n - 1 : n);
        if (again)
            text_addc(&demo->pending, c);
        free(bytes);
    }
}

/* False at the end of the input. */
static bool read_some(struct demo *demo) {
    char bytes[4096];
    struct pollfd input = {.fd = 0, .events = POLLIN};
    int ready;
    ssize_t n;
    demo_wait(demo, 0);
    ready = poll(&input, 1, (int)demo_until_crash(demo));
    if (ready == 0)
        return true;
    if (ready < 0)
        return errno == EINTR;
    n = read(0, bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++)
        receive(demo, bytes[i]);
    return n > 0 || (n < 0 && errno == EINTR);
}

/* setsid(1) forks, so that what stays has parent 1 and a session of its own, as the daemons of real agents have. */
static void leave_daemon(const struct demo *demo) {
    bool not_executable;
    char *setsid = files_find_program("setsid", "/usr/bin:/bin", &not_executable);
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    static const char *const rest[] = {"--fork", "sleep", "86400", NULL};
    argv_add(&argv, setsid != NULL ? setsid : "/usr/bin/setsid");
    argv_adds(&argv, rest);
    if (!spawn_run(&(struct spawn){.argv = &argv, .timeout_ms = 60000}, &result, &err))
        printf("%s\r\n", err.text);
    demo_log(demo, "daemon", "", 0);
    err_release(&err);
    argv_release(&argv);
    free(setsid);
}

static void begin(struct demo *demo) {
    raw_mode();
    printf("mc-demo-agent " MC_VERSION ": a stand-in for a coding agent\r\n");
    if (!demo->no_paste)
        fputs("\033[?2004h", stdout);
    demo_log(demo, "start", "", 0);
    if (demo->daemon)
        leave_daemon(demo);
    if (demo->ready_after > 0)
        demo_wait(demo, demo->ready_after);
    if (demo->dialog) {
        demo_log(demo, "dialog", "", 0);
        fputs("[question] Do you trust this folder?", stdout);
        return;
    }
    if (demo->prompt != NULL) {
        fputs("demo> ", stdout);
        demo_show(demo->prompt, strlen(demo->prompt));
        fputs("\r\n", stdout);
        demo_turn(demo, demo->prompt, strlen(demo->prompt));
    }
    demo_log(demo, "ready", "", 0);
    fputs(prompt_line, stdout);
}

int demo_run(struct demo *demo) {
    begin(demo);
    while (read_some(demo))
        continue;
    demo_log(demo, "eof", "", 0);
    while (demo->ignore_hup || demo->crash_after >= 0)
        demo_wait(demo, 1000);
    return 0;
}
