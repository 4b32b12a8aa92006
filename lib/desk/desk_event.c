#include "desk/desk_event.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/line.h"
#include "host/own.h"
#include "rules/report.h"
#include "rules/report_transcript.h"
#include "run/site.h"
#include "run/spool.h"
#include "run/started.h"
#include "run/told.h"
#include "store/board.h"

enum { BUSY_MS = 250, TRANSCRIPT_MAX = 1024 * 1024, TRANSCRIPT_WAIT_MS = 100, LOG_MAX = 64 * 1024 };

void desk_event_log(const struct site *site, const char *run_id, const char *line) {
    char *path = xasprintf("%s/run/%s/turn-event.log", site->folder, run_id);
    char stamp[CLOCK_STAMP];
    char *whole;

    clock_stamp(clock_here(), stamp);
    whole = xasprintf("%s %s\n", stamp, line);
    (void)line_append(path, whole, LOG_MAX);
    free(whole);
    free(path);
}

static void log_fault(const struct site *site, const char *run_id, const char *what, struct err *err) {
    char *line = xasprintf("%s: %s", what, err->text ? err->text : "it failed");

    desk_event_log(site, run_id, line);
    free(line);
    err_release(err);
}

static void begin(struct site *site, const struct desk_report *report, const struct report_event *event) {
    struct started started = {.at = report->now};
    struct err err = {0};

    nonces_read(&started.nonces, event->prompt);
    text_copy(started.prompt_id, sizeof started.prompt_id, event->prompt_id ? event->prompt_id : "");
    if (!started_write(site, report->run_id, &started, &err))
        log_fault(site, report->run_id, "started", &err);
}

/* Of claude 2.0 and gemini: the reply stands in a file of theirs, perhaps a moment later. */
static void read_transcript(struct report_event *event) {
    for (int i = 0; i < 2; i++) {
        struct text tail = {0};
        bool found;

        if (own_file(event->transcript))
            files_tail(&tail, event->transcript, TRANSCRIPT_MAX);
        found = report_transcript_read(event, text_str(&tail), tail.len);
        text_release(&tail);
        if (found)
            return;
        clock_sleep(i ? 0 : TRANSCRIPT_WAIT_MS);
    }
}

/* Which turn an end is of, as far as the agent says. */
static void find_turn(const struct site *site, const struct desk_report *report, const struct report_event *event,
                      struct told *told) {
    struct started started;

    nonces_read(&told->nonces, event->prompt);
    if (event->prompt && !told->nonces.count) { /* another's prompt: no turn of ours */
        told->begun = true;
        return;
    }
    if (!started_read(site, report->run_id, &started))
        return;
    told->begun = true;
    if (!event->prompt_id || !*started.prompt_id || strcmp(event->prompt_id, started.prompt_id) == 0)
        told->last = started.nonces;
}

/* Locked, full, moved, damaged, whatever keeps it: it is not lost. */
static bool apply(struct site *site, const char *run_id, const struct told *told, struct err *err) {
    board_busy_limit(BUSY_MS);
    return site_know_self(site, err) && board_open(&site->board, site->board_path, BOARD_WRITE, err) &&
           told_apply(site, &(struct told_of){.run_id = run_id}, told, err);
}

static void leave(struct site *site, const char *run_id, const struct told *told) {
    struct err err = {0};

    if (!spool_leave(site, run_id, told, &err))
        log_fault(site, run_id, "the event could not be left", &err);
}

static void end(struct site *site, const struct desk_report *report, struct report_event *event) {
    struct told told = {
        .kind = event->kind == REPORT_WAITS ? TELL_WAITS : TELL_OVER, .at = report->now, .tick = report->tick};
    struct err err = {0};

    if (event->kind == REPORT_OVER && event->transcript && (!event->reply || event->inexact))
        read_transcript(event);
    find_turn(site, report, event, &told);
    told_stamp(&told, site, report->run_id);
    told.fault = event->fault;
    told.still_at_work = event->still_at_work;
    told.reply = xstrdup(event->reply);
    told.detail = xstrdup(event->detail);
    told.until = told_until(&told);
    if (site->board_kind != DATABASE_FILE) /* a server may let one wait for longer than an agent's hook may take */
        leave(site, report->run_id, &told);
    else if (!apply(site, report->run_id, &told, &err)) {
        log_fault(site, report->run_id, "the board, so the event is left for the next pickup", &err);
        leave(site, report->run_id, &told);
    }
    told_release(&told);
}

void desk_event(struct site *site, const struct desk_report *report) {
    struct report_event event = {0};

    if (!report_read(&event, report->agent, report->bytes, report->n))
        desk_event_log(site, report->run_id, "this is no report of that agent");
    else if (event.errand || event.kind == REPORT_NOTHING || event.kind == REPORT_GONE) /* a death is seen by healing */
        ;
    else if (event.kind == REPORT_STARTED)
        begin(site, report, &event);
    else
        end(site, report, &event);
    report_event_release(&event);
}
