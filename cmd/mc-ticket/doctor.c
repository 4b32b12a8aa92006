#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/doctor.h"
#include "desk/doctor_cron.h"
#include "pickup/trial.h"
#include "rules/doctor.h"
#include "run/site_command.h"

static void print_lines(const struct doctor_report *report) {
    for (size_t i = 0; i < report->count; i++) {
        struct text line = {0};

        doctor_say(&line, &report->items[i]);
        puts(text_str(&line));
        text_release(&line);
    }
}

static void print_sum(const struct doctor_report *report) {
    struct text line = {0};

    doctor_sum(&line, report);
    puts(text_str(&line));
    text_release(&line);
}

static struct json *report_json(const struct doctor_report *report) {
    struct json *object = json_object(), *checks = json_array();

    for (size_t i = 0; i < report->count; i++)
        json_push(checks, doctor_line_json(&report->items[i]));
    json_put_int(object, "schema", 1);
    json_put_string(object, "state", doctor_state_name(doctor_worst(report)));
    json_put(object, "checks", checks);
    return object;
}

static bool look(struct call *call, const struct doctor_asked *asked) {
    struct doctor_report report = {0};

    doctor_look(&report, asked);
    if (call->json) {
        call_print(report_json(&report));
    } else {
        print_lines(&report);
        print_sum(&report);
    }
    call->status = doctor_worst(&report) == DOCTOR_BAD ? MC_CONFIG : MC_OK;
    doctor_report_release(&report);
    return true;
}

static bool look_as_cron(struct call *call, const struct doctor_asked *asked, struct err *err) {
    struct doctor_cron cron = {.asked = asked, .json = call->json};
    struct text out = {0};
    bool ok = doctor_under_cron(&cron, &out, err);

    if (ok)
        fputs(text_str(&out), stdout);
    call->status = cron.status;
    text_release(&out);
    return ok;
}

static const enum doctor_finding found_by_end[] = {
    [TRIAL_READY] = FOUND_TRY_READY,
    [TRIAL_ASKS] = FOUND_TRY_ASKS,
    [TRIAL_ENDED] = FOUND_TRY_ENDED,
    [TRIAL_SLOW] = FOUND_TRY_SLOW,
    [TRIAL_NOT_STARTED] = FOUND_TRY_NOT_STARTED,
};

/* The pattern, and the command that opens the configuration there. */
static void judge_slow(const struct call *call, const struct trial *trial, struct doctor_report *report) {
    const char *file = call->site.config.file;
    struct text mend = {0};
    char took[AGE_SIZE];

    age_words(trial->took_ms, took);
    if (file)
        text_add(&mend, "${EDITOR:-vi} ");
    if (file && trial->line)
        text_addf(&mend, "+%d ", trial->line);
    if (file)
        text_word(&mend, file);
    DOCTOR_ADD(report, text_same(trial->key, "ready") ? FOUND_TRY_SLOW : FOUND_TRY_BUSY, trial->profile, took,
               trial->pattern, text_str(&mend), trial->key);
    text_release(&mend);
}

static const char *detail_of(const struct trial *trial) {
    char *own = xasprintf("profile %s: ", trial->profile);
    const char *detail = trial->detail && text_starts(trial->detail, own) ? trial->detail + strlen(own) : trial->detail;

    free(own);
    return detail;
}

static void judge(const struct call *call, const struct trial *trial, struct doctor_report *report) {
    const char *next = trial->next != NULL ? trial->next : "see what it shows";
    char took[AGE_SIZE], *command;

    if (trial->end == TRIAL_SLOW) {
        judge_slow(call, trial, report);
        return;
    }
    age_words(trial->took_ms, took);
    command = site_command(&call->site);
    DOCTOR_ADD(report, found_by_end[trial->end], trial->profile, took,
               trial->end == TRIAL_READY ? trial->place : detail_of(trial), next, command);
    free(command);
}

static void print_trial_json(const struct trial *trial, const struct doctor_report *report) {
    struct json *object = report_json(report);

    json_put_int(object, "took_ms", trial->took_ms);
    json_put_string(object, "place", trial->place);
    json_put_string(object, "ready", text_same(trial->key, "ready") ? trial->pattern : NULL);
    json_put_string(object, "screen", trial->screen);
    call_print(object);
}

static bool try_profile(struct call *call, struct err *err) {
    struct trial trial = {.profile = option_value(&call->options, OPTION_TRY)};
    struct doctor_report report = {0};
    bool ok = call_open(call, false, err) && trial_run(&call->site, &trial, err);

    if (ok) {
        judge(call, &trial, &report);
        call->status = doctor_worst(&report) == DOCTOR_BAD ? MC_CONFIG : MC_OK;
    }
    if (ok && call->json) {
        print_trial_json(&trial, &report);
    } else if (ok) {
        print_lines(&report);
        print_block(trial.screen, "      ");
    }
    doctor_report_release(&report);
    trial_release(&trial);
    return ok;
}

bool command_doctor(struct call *call, struct err *err) {
    const struct doctor_asked asked = {option_value(&call->options, OPTION_CONFIG),
                                       option_value(&call->options, OPTION_DB), false};

    if (option_given(&call->options, OPTION_TRY) && option_given(&call->options, OPTION_CRON))
        return err_set(err, MC_USAGE, "--try or --cron, not both");
    if (option_given(&call->options, OPTION_TRY))
        return try_profile(call, err);
    return option_given(&call->options, OPTION_CRON) ? look_as_cron(call, &asked, err) : look(call, &asked);
}
