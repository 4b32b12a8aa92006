#include "desk/doctor.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "desk/doctor_agents.h"
#include "desk/doctor_board.h"
#include "desk/doctor_calls.h"
#include "desk/doctor_config.h"
#include "desk/doctor_notify.h"
#include "desk/doctor_places.h"
#include "desk/doctor_repos.h"
#include "desk/doctor_rows.h"
#include "desk/doctor_seen.h"
#include "desk/doctor_send.h"
#include "desk/doctor_tools.h"

/* What is found from here on, is found as cron's pickup finds it. */
static void take_path(struct doctor *doctor) {
    const char *path = doctor->site.config.path;

    if (path)
        xreplace(&doctor->path, path);
    doctor->path_words = path ? xasprintf("\"path\" (%s)", path) : xasprintf("the PATH cron has (%s)", doctor->path);
    (void)setenv("PATH", doctor->path, 1);
}

static void release(struct doctor *doctor) {
    site_close(&doctor->site);
    free(doctor->config);
    text_release(&doctor->bytes);
    free(doctor->shell_path);
    free(doctor->path);
    free(doctor->path_words);
    free(doctor->options);
    free(doctor->cron_line);
    free(doctor->ticket);
    free(doctor->pickup);
}

void doctor_look(struct doctor_report *report, const struct doctor_asked *asked) {
    const char *path = getenv("PATH");
    struct doctor doctor = {.report = report,
                            .asked_config = asked->config,
                            .asked_db = asked->db,
                            .here = asked->here,
                            .shell_path = xstrdup(path ? path : "")};

    doctor_config(&doctor);
    doctor_calls(&doctor);
    take_path(&doctor);
    doctor_board(&doctor);
    doctor.now = clock_now();
    doctor_places(&doctor);
    doctor_rows(&doctor);
    doctor_tools(&doctor);
    doctor_agents(&doctor);
    doctor_repos(&doctor);
    doctor_send(&doctor);
    doctor_notify(&doctor);
    doctor_sort(report);
    (void)setenv("PATH", doctor.shell_path, 1);
    release(&doctor);
}
