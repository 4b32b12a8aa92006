#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "canvas.h"
#include "fit.h"
#include "paint.h"
#include "store/board.h"

/* AROUND: the line above a list, its header, and the line below that says how many more there are. */
enum { EVERY = 2, EVERY_MOST = 3600, AROUND = 3, BUSY_MS = 1000, SECOND = 1000 };

static bool read_every(const struct call *call, long long *seconds, struct err *err) {
    const char *every = option_value(&call->options, OPTION_EVERY);

    *seconds = EVERY;
    return !every || text_to_int(every, 1, EVERY_MOST, seconds) ||
           err_set(err, MC_USAGE, "--every %s: give seconds, 1 to %d", every, EVERY_MOST);
}

static bool check(const struct call *call, struct err *err) {
    static const enum option_id filters[] = {OPTION_STATUS,    OPTION_OPEN,   OPTION_LABEL, OPTION_PROFILE,
                                             OPTION_WORKSPACE, OPTION_SEARCH, OPTION_LIMIT, OPTION_ORDER};

    if (call->json)
        return err_set(err, MC_USAGE,
                       "watch draws for people: a script calls mc-ticket list --json, or show KEY --json");
    for (size_t i = 0; call_word(call, 0) && i < sizeof filters / sizeof *filters; i++)
        if (option_given(&call->options, filters[i]))
            return err_set(err, MC_USAGE, "watch %s shows one ticket: filters are for the list", call_word(call, 0));
    return canvas_check(err);
}

/* No more rows than there is room for: those that the list is about stand at its end. */
static void bound(struct call *call, const char *limit) {
    struct argv *given = &call->options.values[OPTION_LIMIT];
    long long most = (long long)fit_lines() - AROUND, wanted = 0;

    most = most > 1 ? most : 1;
    if (limit && text_to_int(limit, 1, most, &wanted))
        most = wanted;
    argv_release(given);
    argv_addf(given, "%lld", most);
}

/* What the command prints, on a board that is opened for this one look: nothing is held between two. New string, NULL
 * where it failed. The command prints to stdout, which glibc lets be another stream. */
static char *look(struct call *call, struct err *err) {
    struct call once = {.options = call->options, .command = call->command};
    FILE *terminal = stdout;
    char *page = NULL;
    size_t size = 0;
    bool ok;

    stdout = open_memstream(&page, &size);
    if (!stdout) {
        stdout = terminal;
        err_set(err, MC_OSERR, "no memory for a page");
        return NULL;
    }
    ok = call_word(call, 0) ? command_show(&once, err) : command_list(&once, err);
    fclose(stdout);
    stdout = terminal;
    site_close(&once.site);
    free(once.agent);
    if (!ok) {
        free(page);
        page = NULL;
    }
    return page;
}

/* As it would be typed. */
static void add_command(struct text *out, const struct call *call) {
    static const enum option_id filters[] = {OPTION_STATUS,    OPTION_OPEN,   OPTION_LABEL, OPTION_PROFILE,
                                             OPTION_WORKSPACE, OPTION_SEARCH, OPTION_ORDER};

    text_addf(out, "mc-ticket %s%s", call_word(call, 0) ? "show " : "list",
              call_word(call, 0) ? call_word(call, 0) : "");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        const struct argv *values = &call->options.values[filters[i]];

        for (size_t value = 0; value < values->count; value++) {
            text_addf(out, " %s", options_row(filters[i])->name);
            if (options_row(filters[i])->value) {
                text_addc(out, ' ');
                text_word(out, values->items[value]);
            }
        }
    }
}

static bool draw(const struct call *call, const char *page, const struct err *failure) {
    char stamp[CLOCK_STAMP];
    struct text text = {0}, command = {0};
    char *line, *why = failure->text ? fit_line(failure->text) : NULL;
    bool ok;

    clock_local(clock_now(), stamp);
    add_command(&command, call);
    line = fit_line(text_str(&command));
    text_addf(&text, "%s%s  %s; q ends%s\n", paint(PAINT_DIM), stamp, line, paint_end());
    free(line);
    text_release(&command);
    if (why)
        text_addf(&text, "%s%s%s\n", paint(PAINT_BAD), why, paint_end());
    text_add(&text, page);
    ok = canvas_draw(text_str(&text));
    free(why);
    text_release(&text);
    return ok;
}

/* A board that is locked or gone for a moment is said above what was seen last. */
static bool redraw(struct call *call, const char *limit, char **page) {
    struct err failure = {0};
    char *next;
    bool ok;

    if (!call_word(call, 0))
        bound(call, limit);
    next = look(call, &failure);
    if (next) {
        free(*page);
        *page = next;
    }
    ok = draw(call, *page, &failure);
    err_release(&failure);
    return ok;
}

/* What is wrong at once is no reason to begin. */
bool command_watch(struct call *call, struct err *err) {
    const char *given = option_value(&call->options, OPTION_LIMIT);
    char *limit = xstrdup(given), *page = NULL;
    long long seconds = 0;
    bool ok = read_every(call, &seconds, err) && check(call, err);

    if (ok)
        argv_add(&call->options.values[OPTION_NO_PAGER], "");
    board_busy_limit(BUSY_MS);
    page = ok ? look(call, err) : NULL;
    ok = page && canvas_open(err);
    if (ok) {
        while (redraw(call, limit, &page) && canvas_wait(seconds * SECOND))
            continue;
        canvas_close();
    }
    free(page);
    free(limit);
    return ok;
}
