#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/pane_log.h"
#include "host/files.h"
#include "host/output.h"
#include "host/panelog_read.h"
#include "rules/panelog_fold.h"
#include "rules/panelog_window.h"

enum { LINES_DEFAULT = 200, LINES_MOST = 1000000, STEP_MS = 250, ASK_STEPS = 4 };
enum { ESC = 0x1b, KIB = 1024, MIB = 1024 * 1024 };

/* Of what nobody gave a number of lines for: so many bytes of lines, and so long a reading (twice: to count, to print).
 */
enum { BYTES_DEFAULT = 256 * KIB, READING_MS = 4000 };

/* Reads a log and folds it; of what that tells, all but the first lines are printed. */
struct reading {
    const struct call *call;
    struct pane_log log;
    struct panelog_reader reader;
    struct panelog_fold *fold; /* NULL: the bytes are printed as they are */
    int64_t end;               /* what is read: as much as there was when it began */
    long long told, skip;
    int64_t gone; /* bytes missing before what is told next */
    int64_t gone_at_all;
    size_t sizes[LINES_DEFAULT]; /* of the last lines told */
    bool blank, print;
    bool cut;          /* fewer lines than asked for: more would be too much, or take too long */
    struct text *into; /* NULL: to standard output */
};

static void print_gone(struct reading *reading) {
    int64_t gone = reading->gone;
    struct text line = {0};

    reading->gone = 0;
    if (gone == 0 || !reading->print || reading->into)
        return;
    if (gone < MIB)
        text_addf(&line, "%lld KB", (long long)(gone + KIB - 1) / KIB);
    else
        text_addf(&line, "%lld MB", (long long)gone / MIB);
    printf("… %s before this were let go\n", text_str(&line));
    text_release(&line);
}

/* Several blank lines are one. */
static void take_line(void *context, const char *line) {
    struct reading *reading = context;
    bool blank = *line == '\0';

    if (blank && (reading->blank || reading->told == 0))
        return;
    reading->blank = blank;
    reading->sizes[reading->told % LINES_DEFAULT] = strlen(line) + 1;
    if (reading->told++ < reading->skip || !reading->print)
        return;
    print_gone(reading);
    if (reading->into) {
        text_add(reading->into, line);
        text_addc(reading->into, '\n');
    } else {
        puts(line);
    }
}

static bool read_to_end(struct reading *reading, struct err *err) {
    struct panelog_piece piece = {.n = 1};

    while (piece.n && reading->reader.at < reading->end) {
        if (!panelog_read(&reading->reader, &piece, err))
            return false;
        if (piece.gone && reading->fold)
            panelog_fold_end(reading->fold);
        reading->gone += piece.gone;
        reading->gone_at_all += piece.gone;
        if (reading->fold)
            panelog_fold_add(reading->fold, piece.bytes, piece.n);
        else
            fwrite(piece.bytes, 1, piece.n, stdout);
    }
    return true;
}

static void close_reading(struct reading *reading) {
    panelog_reader_close(&reading->reader);
    panelog_fold_free(reading->fold);
    reading->fold = NULL;
}

/* In the middle of a line, or of a control sequence, nothing is told. */
static bool skip_to_begin(struct reading *reading, struct err *err) {
    struct panelog_piece piece;
    size_t at = 0;

    if (!panelog_read(&reading->reader, &piece, err))
        return false;
    while (at < piece.n && piece.bytes[at] != '\n' && piece.bytes[at] != ESC)
        at++;
    reading->reader.at -= (int64_t)(at < piece.n ? piece.n - at : piece.n);
    return true;
}

static bool read_from(struct reading *reading, int64_t from, struct err *err) {
    const struct config *config = &reading->call->site.config;

    if (!panelog_reader_open(&reading->reader, reading->log.path, from, err) ||
        (from > 0 && !skip_to_begin(reading, err)))
        return false;
    reading->fold = panelog_fold_new((size_t)config->tmux.width, (size_t)config->tmux.height, take_line, reading);
    reading->told = 0;
    reading->gone = reading->gone_at_all = panelog_gone(&reading->reader, reading->reader.at);
    reading->blank = false;
    if (!read_to_end(reading, err))
        return false;
    panelog_fold_tell(reading->fold);
    return true;
}

static bool counts(struct reading *reading, int64_t from, int64_t *took_ms, struct err *err) {
    int64_t begun = clock_monotonic();
    bool ok = read_from(reading, from, err);

    *took_ms = clock_monotonic() - begun;
    return ok;
}

/* Whoever waits for it at a terminal is told why. */
static void say_reading(const struct panelog_window *window) {
    if (!window->may_ms && window->from == 0 && isatty(STDERR_FILENO))
        fprintf(stderr, "reading %lld MB of log\n", (long long)window->size / MIB);
}

/* As many of the last lines as are within the bytes, one at least. */
static long long fit(const struct reading *reading, long long lines) {
    size_t bytes = 0;
    long long some = 0;

    for (; some < lines && some < reading->told; some++) {
        bytes += reading->sizes[(reading->told - 1 - some) % LINES_DEFAULT];
        if (some > 0 && bytes > BYTES_DEFAULT)
            break;
    }
    return some;
}

static void say_cut(const struct reading *reading) {
    if (reading->cut && !reading->into)
        printf("… there is more before this; --lines N prints so many lines, however long it takes\n");
}

/* What is told is only counted first; where the end of the log has too few lines, more of it is read. */
static bool read_lines(struct reading *reading, const char *count, struct err *err) {
    struct panelog_window window = {.may_ms = count ? 0 : READING_MS};
    long long lines = LINES_DEFAULT;
    int64_t took_ms = 0;
    bool ok;

    if (count)
        text_to_int(count, 1, LINES_MOST, &lines);
    panelog_window_begin(&window, reading->end);
    while ((ok = counts(reading, window.from, &took_ms, err)) && reading->told < lines &&
           panelog_window_widen(&window, took_ms)) {
        close_reading(reading);
        say_reading(&window);
    }
    close_reading(reading);
    reading->cut = window.from > 0 && reading->told < lines;
    if (!count) {
        long long some = fit(reading, lines);

        reading->cut = reading->cut || (some < lines && some < reading->told);
        lines = some;
    }
    reading->skip = reading->told > lines ? reading->told - lines : 0;
    reading->print = true;
    say_cut(reading);
    return ok && read_from(reading, window.from, err);
}

static bool reopen(struct reading *reading, struct err *err) {
    int64_t at = reading->reader.at;

    if (!panelog_is_replaced(&reading->reader, reading->log.path))
        return true;
    panelog_reader_close(&reading->reader);
    return panelog_reader_open(&reading->reader, reading->log.path, at, err);
}

/* Until its agent has ended or nobody reads any more. What was written before that was known is read after it. */
static bool follow(struct reading *reading, struct err *err) {
    bool over = false;

    reading->end = INT64_MAX;
    for (int step = 1; fflush(stdout) == 0 && !output_reader_gone(); step++) {
        bool ask = step % ASK_STEPS == 0;

        if ((ask && !pane_log_is_over(&reading->log, &reading->call->site, &over, err)) || !reopen(reading, err) ||
            !read_to_end(reading, err))
            return false;
        if (over)
            break;
        if (ask && reading->fold)
            panelog_fold_rest(reading->fold);
        clock_sleep(STEP_MS);
    }
    if (reading->fold)
        panelog_fold_tell(reading->fold);
    return true;
}

static bool print_json(struct reading *reading, struct err *err) {
    struct json *object;

    if (reading->into->over)
        return err_set(err, MC_DATAERR, "these lines are too many for one object; give fewer with --lines");
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_string(object, "run", reading->log.run_id);
    json_put_string(object, "path", reading->log.path);
    json_put_int(object, "let_go", reading->gone_at_all);
    json_put_bool(object, "cut", reading->cut);
    json_put_string(object, "text", text_str(reading->into));
    call_print(object);
    return true;
}

static bool print_log(struct reading *reading, struct err *err) {
    const struct options *options = &reading->call->options;
    bool ok;

    if (option_given(options, OPTION_RAW))
        ok = panelog_reader_open(&reading->reader, reading->log.path, 0, err) && read_to_end(reading, err);
    else
        ok = read_lines(reading, option_value(options, OPTION_LINES), err);
    if (ok && option_given(options, OPTION_FOLLOW))
        ok = follow(reading, err);
    if (ok && reading->fold)
        print_gone(reading);
    return ok && (!reading->into || print_json(reading, err));
}

static bool check(const struct call *call, struct err *err) {
    const struct options *options = &call->options;
    const char *lines = option_value(options, OPTION_LINES);
    bool raw = option_given(options, OPTION_RAW);
    long long number;

    if (lines && !text_to_int(lines, 1, LINES_MOST, &number))
        return err_set(err, MC_USAGE, "--lines %s: give a number from 1 to %d", lines, LINES_MOST);
    if (call->json && raw)
        return err_set(err, MC_USAGE, "log takes --raw or --json, not both");
    if (call->json && option_given(options, OPTION_FOLLOW))
        return err_set(err, MC_USAGE, "log takes --follow or --json, not both: an object has an end");
    if (raw && isatty(STDOUT_FILENO))
        return err_set(err, MC_USAGE,
                       "log --raw: a terminal would obey what an agent wrote; give it a file or a pipe: | less -R");
    if (raw && lines)
        return err_set(err, MC_USAGE, "log takes --raw or --lines, not both: bytes are no lines");
    return true;
}

bool command_log(struct call *call, struct err *err) {
    struct reading *reading = xcalloc(1, sizeof *reading);
    struct text text = {0};
    struct pane_log_want want = {.key = call_word(call, 0), .run = option_value(&call->options, OPTION_RUN)};
    bool ok = check(call, err) && call_open(call, true, err) && call_ticket(call, want.key, &want.ticket, err) &&
              pane_log_find(&reading->log, &call->site, &want, err);

    reading->call = call;
    reading->reader.fd = -1;
    reading->into = call->json ? &text : NULL;
    if (ok) {
        reading->end = files_size(reading->log.path);
        ok = print_log(reading, err);
    }
    close_reading(reading);
    pane_log_release(&reading->log);
    free(reading);
    text_release(&text);
    return ok;
}
