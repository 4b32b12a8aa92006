#include "pickup/work.h"

#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "pickup/report.h"

void work_release(struct work *work) {
    ticket_release(&work->ticket);
    runtime_release(&work->runtime);
    slot_release(&work->slot);
    text_release(&work->prompt);
    free(work->passed_over);
    free(work->run_dir);
    free(work->launch_file);
    free(work->told);
    free(work->verdict.detail);
    free(work->verdict.next);
    free(work->verdict.advice);
    free(work->verdict.screen);
    free(work->verdict.death);
    *work = (struct work){0};
}

bool work_stop(struct work *work, enum send_class class, const char *format, ...) {
    char line[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    xreplace(&work->verdict.detail, line);
    xreplace(&work->verdict.next, NULL);
    work->verdict.class = class;
    return false;
}

bool work_advise(struct work *work, const char *format, ...) {
    va_list args;

    va_start(args, format);
    free(work->verdict.next);
    work->verdict.next = xvasprintf(format, args);
    va_end(args);
    return false;
}

bool work_stop_by_err(struct work *work, enum send_class class, const struct err *err) {
    size_t what = err->advice ? err->advice - strlen("; ") : strlen(err->text);

    work_stop(work, class, "%.*s", (int)what, err->text);
    return err->advice && work_advise(work, "%s", err->text + err->advice);
}

bool work_stop_taken(struct work *work, const char *when) {
    return work_stop(work, CLASS_CONFLICT, "%s was taken from this run %s", work->key, when) ||
           work_advise(work, "look who has it: mc-ticket show %s", work->key);
}

const char *work_advice(struct work *work) {
    if (work->verdict.next)
        return work->verdict.next;
    free(work->verdict.advice);
    work->verdict.advice = class_next(work->verdict.class, work->key, work->profile ? work->profile->name : NULL);
    return work->verdict.advice;
}

void work_report(struct work *work) {
    struct report *report = work->report;

    text_copy(report->ticket, sizeof report->ticket, work->key);
    text_copy(report->run, sizeof report->run, work->run_id);
    text_copy(report->nonce, sizeof report->nonce, work->nonce);
    text_copy(report->session, sizeof report->session, work->runtime.tmux_target);
    report->pid = work->runtime.agent.pid;
    xreplace(&report->worktree, work->runtime.cwd);
    xreplace(&report->branch, work->slot.branch);
    report->transport = work->site->config.send.transport == TRANSPORT_HTTP ? "http" : "tmux";
    report->class = send_class_name(work->verdict.class);
    report->http_status = work->verdict.http_status;
    xreplace(&report->detail, work->verdict.detail);
}
