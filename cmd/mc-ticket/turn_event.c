/* For the hooks of agents: quick, silent, and never their failure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/exhausted.h"
#include "base/text.h"
#include "call.h"
#include "desk/desk_event.h"
#include "host/stream.h"
#include "rules/report.h"
#include "rules/report_event.h"

enum { READ_MS = 2000 };

static bool find_run(const struct call *call, const char **run_id) {
    *run_id = option_value(&call->options, OPTION_RUN);
    if (!*run_id)
        *run_id = getenv("MC_RUN");
    return *run_id && key_run_ok(*run_id);
}

/* The last word, or what stands on standard input. */
static bool read_report(const struct call *call, struct text *bytes) {
    const char *word = call_word(call, 1);

    bytes->max = REPORT_MAX;
    return word ? text_add(bytes, word) : stream_read(bytes, STDIN_FILENO, READ_MS);
}

bool command_turn_event(struct call *call, struct err *err) {
    struct desk_report report = {.now = clock_here(), .tick = clock_monotonic()};
    struct site_options options = {.config = option_value(&call->options, OPTION_CONFIG),
                                   .db = option_value(&call->options, OPTION_DB),
                                   .no_board = true,
                                   .spool = true,
                                   .unasked = true};
    struct text bytes = {0};
    int agent = report_agent_from(call_word(call, 0));
    bool read;

    if (!find_run(call, &report.run_id) || agent < 0)
        return true;
    options.run_id = report.run_id;
    read = read_report(call, &bytes);
    if (!site_open(&call->site, &options, err)) {
        if (!call->site.folder)
            goto out;
        desk_event_log(&call->site, report.run_id, err->text);
        err_release(err);
    }
    report.agent = (enum report_agent)agent;
    report.bytes = text_str(&bytes);
    report.n = bytes.len;
    if (read)
        desk_event(&call->site, &report);
    else
        desk_event_log(&call->site, report.run_id, "standard input could not be read to its end in time");
out:
    text_release(&bytes);
    return true;
}

void turn_event_begin(const char *agent) {
    int known = report_agent_from(agent);

    exhausted_well(known >= 0 ? report_answer((enum report_agent)known) : "");
}

int turn_event_end(const char *agent) {
    int known = report_agent_from(agent);

    if (known >= 0)
        fputs(report_answer((enum report_agent)known), stdout);
    return MC_OK;
}
