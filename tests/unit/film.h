#ifndef MC_FILM_H
#define MC_FILM_H

/* A pane and the clock beside it, played from a line of words (samples_typing.c): what tmux and the kernel are asked is
 * answered by the frame that is on, and noted with its time. Linked with --wrap of what is asked. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "cue.h"
#include "host/files.h"
#include "host/panelog_read.h"
#include "host/proc.h"
#include "host/tmux.h"
#include "host/watch.h"
#include "rules/foreground.h"
#include "rules/rows.h"
#include "run/death.h"
#include "run/reported.h"
#include "store/runtimes.h"

#define FILM_RUN "00000000000000000000000000000001"
#define FILM_NONCE "MC_TICKET_TURN:1:1779942042145:e519f820"
enum {
    FILM_PID = 42,
    FILM_WALL = 1779942000,
    FILM_LOOKS = 6,
    FILM_BEGIN = 100000,
    FILM_LONG = 1000000,
    FILM_LOUD = 300,
    FILM_SLOW = 700
};

static struct {
    int64_t now, pasted, pressed; /* -1: not yet */
    int takes, leaves, looks;
    int64_t last_look;
    struct text notes;
} film;

/* The looks since the last note, by their times. */
static inline void film_looked(void) {
    if (film.looks > FILM_LOOKS)
        text_addf(&film.notes, " .. %d, %lld", film.looks, (long long)film.last_look - FILM_BEGIN);
    if (film.looks)
        text_addc(&film.notes, '\n');
    film.looks = 0;
}

static inline void __attribute__((format(printf, 1, 2))) film_note(const char *format, ...) {
    va_list args;
    char *line;

    va_start(args, format);
    line = xvasprintf(format, args);
    va_end(args);
    film_looked();
    text_addf(&film.notes, "%lld %s\n", (long long)film.now - FILM_BEGIN, line);
    free(line);
}

static inline void film_begin(const char *bytes, size_t n) {
    cue_begin(bytes, n);
    film.now = FILM_BEGIN;
    film.pasted = film.pressed = -1;
    film.takes = film.leaves = film.looks = 0;
}

static inline void film_end(struct text *out) {
    film_looked();
    text_add(out, text_str(&film.notes));
    text_release(&film.notes);
    cue_end();
}

/* The frame that is on: "ready~" and the like, up to a blank. */
static inline const char *film_frame(void) {
    const char *found = "";

    for (const char *at = cue.line; at; at = strchr(at, ' ')) {
        int64_t since = FILM_BEGIN;
        char *rest;

        at += *at == ' ';
        if (*at == 'p' || *at == 'k') {
            since = *at == 'p' ? film.pasted : film.pressed;
            rest = (char *)(uintptr_t)(at + 1);
        } else {
            rest = (char *)(uintptr_t)at;
        }
        if (*rest < '0' || *rest > '9' || since < 0)
            continue;
        if (film.now >= since + strtoll(rest, &rest, 10) && *rest == ':')
            found = rest + 1;
    }
    return found;
}

/* Has the frame the sign behind its name? */
static inline bool film_sign(char sign) {
    const char *frame = film_frame(), *at = strchr(frame, sign);

    return at && at < frame + strcspn(frame, " ");
}

static inline void film_screen(struct text *out) {
    static const struct {
        const char *name, *text;
    } screens[] = {{"ready", "hello\n\ndemo> \n"},
                   {"busy", "hello\n[working]\n"},
                   {"dialog", "[question] May I?\n1. Yes\n"},
                   {"trust", "[question] Do you trust the files in this folder?\n1. Yes\n"},
                   {"limit", "You've hit your usage limit\n\ndemo> \n"},
                   {"login", "Please log in\n\ndemo> \n"},
                   {"blank", "\n\n"},
                   {"other", "loading\n"},
                   {"text", "hello\n\ndemo> say " FILM_NONCE "\n"},
                   {"echo", "say " FILM_NONCE "\n\nreply\n\ndemo> \n"},
                   {"echolimit", "say " FILM_NONCE "\nYou've hit your usage limit\n\ndemo> \n"},
                   {"label", "[Pasted text #1 +12 lines]\n\nreply\n\ndemo> \n"},
                   {"echodialog", "say " FILM_NONCE "\n[question] May I?\n"},
                   {"echobusy", "say " FILM_NONCE "\n[working]\n"}};
    const char *frame = film_frame();
    size_t n = strspn(frame, "abcdefghijklmnopqrstuvwxyz");

    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++)
        if (n == strlen(screens[i].name) && memcmp(frame, screens[i].name, n) == 0)
            text_add(out, screens[i].text);
    if (n == 4 && memcmp(frame, "spin", 4) == 0)
        text_addf(out, "demo> %c say " FILM_NONCE "\n", (char)('a' + film.now / 7 % 26));
}

int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    if (film.now > FILM_LONG)
        exit(3);
    return film.now;
}

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return FILM_WALL * INT64_C(1000) + film.now;
}

void __wrap_clock_sleep(int64_t ms);
void __wrap_clock_sleep(int64_t ms) {
    if (ms >= FILM_LOUD) /* of a shorter one the times of the looks tell */
        film_note("sleeps %lld", (long long)ms);
    film.now += ms;
}

bool __wrap_watch_process(const struct identity *identity, int64_t ms);
bool __wrap_watch_process(const struct identity *identity, int64_t ms) {
    film.now += identity->pid == FILM_PID ? ms : 7;
    return false;
}

/* Of an answer that cannot be read something may stand there already. */
static inline void film_fill(struct tmux_view *view) {
    view->dead = film_sign('!');
    view->in_mode = film_sign('~') && film.leaves == 0;
    view->pipe = !cue_has("unpiped");
    view->pid = film_sign('#') ? FILM_PID + 1 : FILM_PID;
    view->cursor_y = -1;
    text_copy(view->turn, sizeof view->turn, cue_has("turn") ? cue_word("turn") : "");
    view->turn[strcspn(view->turn, " ")] = '\0';
    film_screen(&view->screen);
}

enum seen __wrap_tmux_view(struct tmux *tmux, const struct tmux_agent *agent, int history, struct tmux_view *view);
enum seen __wrap_tmux_view(struct tmux *tmux, const struct tmux_agent *agent, int history, struct tmux_view *view) {
    enum seen seen;
    int64_t took;

    (void)tmux, (void)agent;
    if (history)
        film_note("looks %d lines back", history);
    tmux_view_release(view);
    if (film.looks++ < FILM_LOOKS)
        text_addf(&film.notes, "%s%lld", film.looks == 1 ? "looks " : " ", (long long)film.now - FILM_BEGIN);
    film.last_look = film.now;
    took = film_sign('@') ? FILM_SLOW : cue_number("slow", 0);
    seen = film_sign('-') ? SEEN_NO : film_sign('?') ? SEEN_UNKNOWN : SEEN_YES;
    if (seen != SEEN_NO)
        film_fill(view);
    film.now += took;
    return seen;
}

bool __wrap_tmux_capture(struct tmux *tmux, const struct tmux_agent *agent, int history, struct text *screen);
bool __wrap_tmux_capture(struct tmux *tmux, const struct tmux_agent *agent, int history, struct text *screen) {
    (void)tmux, (void)agent;
    film_note("captures %d", history);
    if (film_sign('^'))
        text_add(screen, "say " FILM_NONCE "\n");
    film_screen(screen);
    return !cue_has("uncaptured");
}

/* Word by word of "take=done,refused": the last one goes on. */
static inline enum tmux_act film_act(const char *what, int before) {
    static const char *const names[] = {"done", "refused", "unknown", "notrun"};
    const char *word = cue_word(what);

    for (int i = 0; word && i < before && word[strcspn(word, ", ")] == ','; i++)
        word += strcspn(word, ",") + 1;
    for (size_t i = 0; word && i < sizeof names / sizeof *names; i++)
        if (strncmp(word, names[i], strlen(names[i])) == 0)
            return (enum tmux_act)i;
    return TMUX_DONE;
}

enum tmux_act __wrap_tmux_load(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn);
enum tmux_act __wrap_tmux_load(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn) {
    (void)tmux, (void)agent;
    film_note("loads %zu: [%s] -> [%s]", turn->n, turn->from, turn->to);
    return film_act("load", 0);
}

enum tmux_act __wrap_tmux_paste(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn);
enum tmux_act __wrap_tmux_paste(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn) {
    (void)tmux, (void)agent;
    film_note("pastes: [%s] -> [%s]", turn->from, turn->to);
    film.pasted = film.now;
    return film_act("paste", 0);
}

enum tmux_act __wrap_tmux_take(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn);
enum tmux_act __wrap_tmux_take(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn) {
    (void)tmux, (void)agent;
    film_note("takes: [%s] -> [%s]", turn->from, turn->to);
    return film_act("take", film.takes++);
}

bool __wrap_tmux_key(struct tmux *tmux, const struct tmux_agent *agent, const char *word, const char *key);
bool __wrap_tmux_key(struct tmux *tmux, const struct tmux_agent *agent, const char *word, const char *key) {
    (void)tmux, (void)agent;
    film_note("presses %s under [%s]", key, word);
    film.pressed = film.pressed < 0 ? film.now : film.pressed;
    return true;
}

bool __wrap_tmux_leave_mode(struct tmux *tmux, const struct tmux_agent *agent);
bool __wrap_tmux_leave_mode(struct tmux *tmux, const struct tmux_agent *agent) {
    (void)tmux, (void)agent;
    film_note("leaves the mode");
    film.leaves += cue_has("leaves");
    return !cue_has("attached");
}

enum seen __wrap_tmux_look_agent(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                                 enum seen *server);
enum seen __wrap_tmux_look_agent(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                                 enum seen *server) {
    (void)tmux, (void)agent;
    *server = SEEN_YES;
    *pane = (struct tmux_pane){.dead = !cue_has("undead"), .dead_status = (int)cue_number("status", 1)};
    return cue_has("unlooked") ? SEEN_UNKNOWN : SEEN_YES;
}

enum seen __wrap_proc_alive(const struct identity *identity);
enum seen __wrap_proc_alive(const struct identity *identity) {
    return identity->pid != FILM_PID || film_sign('X') ? SEEN_NO : film_sign('U') ? SEEN_UNKNOWN : SEEN_YES;
}

void __wrap_proc_foreground(const struct identity *agent, struct foreground *seen);
void __wrap_proc_foreground(const struct identity *agent, struct foreground *seen) {
    seen->agent = agent->pid;
}

enum foreground_holder __wrap_foreground_holder(const struct foreground *seen);
enum foreground_holder __wrap_foreground_holder(const struct foreground *seen) {
    return seen->agent != FILM_PID || film_sign('%') ? FOREGROUND_ELSEWHERE
           : film_sign('$')                          ? FOREGROUND_SHELL
           : film_sign('0')                          ? FOREGROUND_UNTOLD
                                                     : FOREGROUND_AGENT;
}

void __wrap_random_hex(char *out, size_t digits);
void __wrap_random_hex(char *out, size_t digits) {
    memset(out, 'a' + film.takes % 6, digits);
    out[digits] = '\0';
}

bool __wrap_reported_taken(const struct site *site, const char *run_id, const char *nonce);
bool __wrap_reported_taken(const struct site *site, const char *run_id, const char *nonce) {
    (void)site;
    return strcmp(run_id, FILM_RUN) == 0 && strcmp(nonce, FILM_NONCE) == 0 &&
           film.now >= FILM_BEGIN + cue_number("reported", INT32_MAX);
}

void __wrap_death_look(struct site *site, const struct runtime *runtime, struct text *report, struct text *summary);
void __wrap_death_look(struct site *site, const struct runtime *runtime, struct text *report, struct text *summary) {
    (void)site;
    film_note("looks at the dead %lld", (long long)runtime->agent.pid);
    text_add(report, "a death");
    text_add(summary, "it ended");
}

int64_t __wrap_files_size(const char *path);
int64_t __wrap_files_size(const char *path) {
    (void)path;
    return cue_number("size", 100);
}

bool __wrap_panelog_part(struct text *out, const char *path, int64_t from, size_t max);
bool __wrap_panelog_part(struct text *out, const char *path, int64_t from, size_t max) {
    const char *where = cue_word("paste_at");

    film_note("reads %s from %lld, %zu", path, (long long)from, max);
    if (where && strtoll(where, NULL, 10) == from)
        text_add(out, "say " FILM_NONCE "\n");
    return !cue_has("torn");
}

/* Those of other times and purposes say nothing of the end. */
bool __wrap_messages_of_ticket(struct board *board, int64_t ticket_id, struct message_list *list, struct err *err);
bool __wrap_messages_of_ticket(struct board *board, int64_t ticket_id, struct message_list *list, struct err *err) {
    const int64_t end = clock_now() + cue_number("due", 0);
    const struct {
        enum message_status status;
        enum message_purpose purpose;
        const char *error;
        int64_t at;
    } all[] = {{MESSAGE_PENDING, PURPOSE_GO_ON, NULL, end},
               {MESSAGE_PENDING, PURPOSE_PERSON, "limit", end + cue_number("limit", 1000)},
               {MESSAGE_PENDING, PURPOSE_PERSON, "limit", end - 1000},
               {MESSAGE_PENDING, PURPOSE_PERSON, "busy", end + 9000},
               {MESSAGE_SENT, PURPOSE_GO_ON, NULL, end + 9000}};

    (void)board, (void)ticket_id;
    *list = (struct message_list){0};
    if (cue_has("unread"))
        return err_set(err, MC_TEMPFAIL, "the board is in use");
    for (size_t i = 0; cue_has("due") && i < sizeof all / sizeof *all; i++) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count++] = (struct message){.status = all[i].status,
                                                      .purpose = all[i].purpose,
                                                      .error = xstrdup(all[i].error),
                                                      .next_attempt_at = all[i].at};
    }
    return true;
}

#endif
