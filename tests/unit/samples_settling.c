/* What becomes of a turn by the class of its answer: what is asked of lib/run and the board, what is said, what the
 * report has; and how an endpoint is asked. Nothing of that is there: what is asked for is told, and answered by the
 * words of the line.
 *
 * The input: first, later, send, check, taken or stop; class=NAME; then how things are. "fails=NAME": what is asked by
 * that name fails. */
#include "samples.h"

#include "settling.h"

#include <unistd.h>

#include "pickup/endpoint.h"
#include "pickup/report.h"
#include "pickup/settle.h"
#include "pickup/work.h"
#include "rules/dialect.h"
#include "rules/profile.h"

static const struct builtin_profile demo = {.name = "demo", .command = {"demo"}, .startup_timeout_s = 2};

static char *name_of(const char *word) {
    const char *value = cue_word(word);

    return value ? xstrndup(value, strcspn(value, " ")) : NULL;
}

/* A token in a file of its own. */
static char *keep_token(void) {
    const char *folder = getenv("TMPDIR"), *token = cue_word("kept");
    char *path = xasprintf("%s/mc-settling.%lld", folder ? folder : "/tmp", (long long)getpid());
    struct err err = {0};

    files_write(path, token, strcspn(token, " "), &err);
    err_release(&err);
    return path;
}

static void configure(struct site *site, struct dialect *dialect, struct profile *profile) {
    struct config *config = &site->config;

    for (size_t i = 0; i < dialect_builtin_count(); i++) {
        dialect_from_builtin(dialect, i);
        if (cue_has(dialect->name) || i + 1 == dialect_builtin_count())
            break;
        dialect_release(dialect);
    }
    dialect->idempotent = cue_has("idempotent");
    if (cue_has("head")) {
        dialect->headers = xcalloc(1, sizeof *dialect->headers);
        dialect->headers[dialect->header_count++] = name_of("head");
    }
    profile_from_builtin(profile, &demo);
    config->retry.backoff_s = 60;
    config->retry.backoff_max_s = 3600;
    config->retry.max_attempts = 3;
    config->send.transport = cue_has("http") ? TRANSPORT_HTTP : TRANSPORT_TMUX;
    config->send.url = xstrdup("http://host/turn");
    config->send.dialect = xstrdup(dialect->name);
    config->send.dialects = dialect;
    config->send.dialect_count = 1;
    config->send.connect_timeout_s = 5;
    config->send.timeout_s = 30;
    config->send.token_env = name_of("env");
    config->send.token_file = cue_has("kept") ? keep_token() : name_of("file");
    config->send.ca_file = name_of("ca");
    site->libexec = xstrdup("/libexec");
}

static void deconfigure(struct site *site, struct dialect *dialect, struct profile *profile) {
    struct config *config = &site->config;

    dialect_release(dialect);
    profile_release(profile);
    free(config->send.url);
    free(config->send.dialect);
    if (cue_has("kept"))
        files_remove(config->send.token_file);
    free(config->send.token_env);
    free(config->send.token_file);
    free(config->send.ca_file);
    free(site->libexec);
}

static void name_work(struct work *work) {
    char *class = name_of("class"), *last = name_of("mclass");

    text_copy(work->key, sizeof work->key, "MC-1");
    text_copy(work->run_id, sizeof work->run_id, RUN);
    text_copy(work->nonce, sizeof work->nonce, NONCE);
    text_add(&work->prompt, "do \"it\"");
    work->first = cue_has("first");
    work->asked = cue_has("asked");
    work->spawned = cue_has("spawned");
    work->argv_turn = cue_has("carried");
    work->taken = cue_has("taken");
    work->message_id = 9;
    work->message_attempts = (int)cue_number("attempts", 0);
    work->message_class = last ? send_class_from(last) : -1;
    work->ticket.id = 1;
    work->ticket.status = cue_has("review") ? TICKET_IN_REVIEW : TICKET_IN_PROGRESS;
    work->ticket.world_failures = cue_has("failed");
    work->runtime = (struct runtime){.run_id = xstrdup(RUN),
                                     .session_key = xstrdup("ticket:1:session"),
                                     .tmux_target = xstrdup("mc-MC-1"),
                                     .profile = xstrdup("demo"),
                                     .cwd = xstrdup("/work"),
                                     .agent.pid = 42};
    work->verdict = (struct verdict){.class = class ? (enum send_class)send_class_from(class) : CLASS_SENT,
                                     .detail = cue_has("bare") ? NULL : xstrdup("seen"),
                                     .next = cue_has("next") ? xstrdup("do this") : NULL,
                                     .death = cue_has("death") ? xstrdup("a death") : NULL,
                                     .screen = cue_has("screen") ? xstrdup("a screen") : NULL,
                                     .typed = cue_has("typed"),
                                     .own_place = cue_has("own"),
                                     .shared = cue_has("shared"),
                                     .said = cue_has("once"),
                                     .waits = cue_has("waits") ? "pool" : NULL,
                                     .pause_ms = cue_number("pause", 0)};
    free(class);
    free(last);
}

static bool done(struct work *work, struct err *err) {
    struct err own = {0};
    bool ok;

    if (cue_has("check"))
        return endpoint_check(work->site, err);
    if (cue_has("send"))
        return endpoint_send(work, err);
    if (cue_has("first"))
        return settle_first(work, err);
    if (cue_has("later"))
        return settle_later(work, err);
    if (cue_has("taken"))
        return work_stop_taken(work, "while it was looked at");
    err_set(&own, MC_IOERR, "the disk is full");
    if (cue_has("advised"))
        err_advise(&own, "make room");
    ok = work_stop_by_err(work, CLASS_DISK_FULL, &own);
    err_release(&own);
    return ok;
}

static void play(const char *bytes, size_t n, struct text *out) {
    struct site site = {0};
    struct dialect dialect;
    struct profile profile;
    struct workspace workspace = {.name = xstrdup("main")};
    struct report report;
    struct work work = {.site = &site, .report = &report, .profile = &profile};
    struct err err = {0};
    bool ok;

    cue_begin(bytes, n);
    seen.now = BEGIN;
    seen.posts = seen.times = 0;
    report_init(&report);
    configure(&site, &dialect, &profile);
    name_work(&work);
    if (cue_has("main")) {
        work.workspace = &workspace;
        work.slot.branch = xstrdup("mc-1-fix");
    }
    ok = done(&work, &err);
    text_addf(out, "%s%s: %s %s http %d, [%s] next [%s] pause %lld%s\n", text_str(&seen.out), ok ? "yes" : "no",
              sample_word(err.text), send_class_name(work.verdict.class), work.verdict.http_status,
              sample_word(work.verdict.detail), sample_word(work.verdict.next), (long long)work.verdict.pause_ms,
              report.hushed ? ", hushed" : "");
    text_addf(out, "%s%s", text_str(&report.warnings), text_str(&report.notes));
    report_line(&report, out);
    text_addf(out, "; error %s\n", sample_word(report.error));
    if (cue_has("json"))
        report_json(&report, out);
    text_release(&seen.out);
    work_release(&work);
    report_release(&report);
    deconfigure(&site, &dialect, &profile);
    free(workspace.name);
    err_release(&err);
    cue_end();
}

int main(int argc, char **argv) {
    setenv("TZ", "UTC", 1);
    setenv("TOKEN", "secret", 1);
    setenv("EMPTY", "", 1);
    return samples(argc, argv, "settling", play);
}
