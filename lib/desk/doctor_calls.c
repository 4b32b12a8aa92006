#include "desk/doctor_calls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/age.h"
#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_crontabs.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "rules/doctor_judge.h"

enum { SECOND = 1000 };

/* What calls us. */
struct calls {
    struct doctor *doctor;
    bool silent;  /* systemctl does not answer in time: it is not asked again */
    bool told;    /* something that would know has answered */
    bool found;   /* and calls us */
    bool lasts;   /* a timer of the user's own, which ends with the last session unless it lingers */
    char *asleep; /* a timer that is there and not active */
};

/* The first of ours in a list of units. New string, NULL: none. */
static char *unit_in(const char *list) {
    const char *at = strstr(list, "mc-pickup");

    return at ? xstrndup(at, strcspn(at, " \n\t")) : NULL;
}

/* Asks for units of ours, of the user's or the system's manager. New string, NULL: none. */
static char *ask_units(struct calls *calls, const char *program, bool own, const char *const *words) {
    struct argv argv = {0};
    struct text out = {0};
    int status;
    char *unit = NULL;

    if (calls->silent)
        return NULL;
    argv_add(&argv, program);
    if (own)
        argv_add(&argv, "--user");
    argv_adds(&argv, words);
    status = doctor_ask(&argv, &out);
    calls->silent = status < 0;
    if (status == 0) {
        calls->told = true;
        unit = unit_in(text_str(&out));
    }
    argv_release(&argv);
    text_release(&out);
    return unit;
}

static void look_timers(struct calls *calls, bool own) {
    static const char *const active[] = {"list-units",  "--type=timer", "--state=active", "--plain",
                                         "--no-legend", "--no-pager",   "mc-pickup*",     NULL};
    static const char *const known[] = {"list-unit-files", "--type=timer", "--no-legend",
                                        "--no-pager",      "mc-pickup*",   NULL};
    char *program = calls->found ? NULL : doctor_find(calls->doctor, "systemctl"), *unit;

    if (!program)
        return;
    unit = ask_units(calls, program, own, active);
    if (unit) {
        calls->found = true;
        calls->lasts = own;
        DOCTOR_ADD(calls->doctor->report, FOUND_CALLER_TIMER, unit);
    } else if (own) {
        calls->asleep = ask_units(calls, program, own, known);
    }
    free(unit);
    free(program);
}

static void look_linger(struct calls *calls) {
    char *program = calls->lasts ? doctor_find(calls->doctor, "loginctl") : NULL;
    char *user = xasprintf("%lld", (long long)geteuid());
    struct argv argv = {0};
    struct text out = {0};

    if (program) {
        static const char *const words[] = {"show-user", "--property=Linger", "--value", NULL};

        argv_add(&argv, program);
        argv_adds(&argv, words);
        argv_add(&argv, user);
        if (doctor_ask(&argv, &out) == 0)
            DOCTOR_ADD(calls->doctor->report, text_starts(text_str(&out), "yes") ? FOUND_LINGER : FOUND_LINGER_OFF,
                       user);
    }
    argv_release(&argv);
    text_release(&out);
    free(user);
    free(program);
}

static void say_none(struct calls *calls) {
    struct doctor_report *report = calls->doctor->report;

    if (calls->asleep)
        DOCTOR_ADD(report, FOUND_CALLER_STOPPED, calls->asleep);
    else if (calls->told)
        DOCTOR_ADD(report, FOUND_CALLER_NONE, "", calls->doctor->cron_line);
    else
        DOCTOR_ADD(report, FOUND_CALLER_UNTOLD, "");
}

static void look_last(struct doctor *doctor) {
    const struct site *site = &doctor->site;
    char *file = site->folder ? site_last_pickup(site) : NULL;
    int64_t last = file ? files_changed_at(file) : 0, every = site->config.cron_interval_s, now = clock_here();
    char age[AGE_SIZE], wanted[AGE_SIZE];

    age_words(now - last, age);
    age_words(every * SECOND, wanted);
    DOCTOR_ADD(doctor->report, doctor_pickup(now, last, every), "", age, wanted, doctor->pickup);
    free(file);
}

void doctor_calls(struct doctor *doctor) {
    struct calls calls = {.doctor = doctor};
    struct doctor_calling calling = {0};

    doctor_crontabs(doctor, &calling);
    calls.told = calling.told;
    calls.found = calling.found;
    look_timers(&calls, true);
    look_timers(&calls, false);
    if (!calls.found && calling.wrong)
        doctor_crontabs_complain(doctor, &calling);
    else if (!calls.found)
        say_none(&calls);
    look_linger(&calls);
    look_last(doctor);
    doctor->path = xstrdup(calling.path ? calling.path : "/usr/bin:/bin");
    doctor_calling_release(&calling);
    free(calls.asleep);
}
