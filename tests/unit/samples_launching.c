/* The start of an agent: what tmux is asked, whose a session of its name is, what the rows are told, and the verdict.
 *
 * The input: how things are (launching.h). */
#include "launching.h"

#include "pickup/launch.h"
#include "pickup/report.h"

static void name_work(struct work *work) {
    text_copy(work->key, sizeof work->key, "MC-1");
    text_copy(work->run_id, sizeof work->run_id, RUN);
    text_copy(work->nonce, sizeof work->nonce, "MC_TICKET_TURN:1:2:00000002");
    work->argv_turn = cue_has("carried");
    work->ticket.id = 1;
    work->launch_file = xstrdup("/run/launch");
    work->runtime = (struct runtime){.run_id = xstrdup(RUN),
                                     .session_key = xstrdup("ticket:1:session"),
                                     .host = xstrdup("here"),
                                     .tmux_target = xstrdup(cue_has("second") ? "mc-MC-1-b0a4d0" : "mc-MC-1"),
                                     .profile = xstrdup("demo"),
                                     .cwd = xstrdup("/work"),
                                     .pane_log_path = xstrdup("/run/pane.log")};
}

static void play(const char *bytes, size_t n, struct text *out) {
    char prefix[] = "mc-", program[] = "/bin/tmux", socket[] = "/sock", libexec[] = "/libexec", folder[] = "/state";
    struct site site = {.config.tmux = {.session_prefix = prefix, .width = 120, .height = 40},
                        .config.retention.log_mb = 16,
                        .tmux = {.program = program, .socket = socket, .timeout_ms = 10000},
                        .self.boot = "boot",
                        .libexec = libexec,
                        .folder = folder};
    struct report report;
    struct work work = {.site = &site, .report = &report, .first = true};
    struct err err = {0};
    bool ok;

    cue_begin(bytes, n);
    seen.now = 1000;
    seen.times = seen.looks = 0;
    report_init(&report);
    name_work(&work);
    ok = launch_agent(&work, &err);
    text_addf(out, "%s%s: %s; %s, [%s] next [%s]%s%s%s; %s in %s pane %s pid %lld nonce [%s]\n", text_str(&seen.out),
              ok ? "yes" : "no", sample_word(err.text), send_class_name(work.verdict.class),
              sample_word(work.verdict.detail), sample_word(work.verdict.next), work.verdict.said ? " said" : "",
              work.spawned ? " spawned" : "", work.over ? " over" : "", work.run_id, work.runtime.tmux_target,
              sample_word(work.runtime.pane_id), (long long)work.runtime.agent.pid, work.nonce);
    text_addf(out, "%s%s", text_str(&report.warnings), text_str(&report.notes));
    report_line(&report, out);
    text_release(&seen.out);
    work_release(&work);
    report_release(&report);
    err_release(&err);
    cue_end();
}

int main(int argc, char **argv) {
    return samples(argc, argv, "launching", play);
}
