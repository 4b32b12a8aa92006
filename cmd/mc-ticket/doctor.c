#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "desk/doctor.h"
#include "desk/doctor_cron.h"
#include "rules/doctor.h"

static void print_lines(const struct doctor_report *report) {
    for (size_t i = 0; i < report->count; i++) {
        struct text line = {0};

        doctor_say(&line, &report->items[i]);
        puts(text_str(&line));
        text_release(&line);
    }
}

static void print_json(const struct doctor_report *report) {
    struct json *object = json_object(), *checks = json_array();

    for (size_t i = 0; i < report->count; i++)
        json_push(checks, doctor_line_json(&report->items[i]));
    json_put_int(object, "schema", 1);
    json_put_string(object, "state", doctor_state_name(doctor_worst(report)));
    json_put(object, "checks", checks);
    call_print(object);
}

static bool look(struct call *call, const struct doctor_asked *asked) {
    struct doctor_report report = {0};

    doctor_look(&report, asked);
    if (call->json)
        print_json(&report);
    else
        print_lines(&report);
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

bool command_doctor(struct call *call, struct err *err) {
    const struct doctor_asked asked = {option_value(&call->options, OPTION_CONFIG),
                                       option_value(&call->options, OPTION_DB)};

    return option_given(&call->options, OPTION_CRON) ? look_as_cron(call, &asked, err) : look(call, &asked);
}
