#ifndef MC_SAMPLES_REPORT_H
#define MC_SAMPLES_REPORT_H

/* A report as each agent's reader takes it. */
#include "rules/report.h"
#include "rules/report_gemini.h"
#include "rules/report_transcript.h"
#include "samples.h"

static inline void sample_event(struct text *out, const struct report_event *told) {
    text_addf(out, "kind %d fault %s%s%s%s\nprompt %s id %s\nreply %s\ndetail %s\ntranscript %s\n", told->kind,
              turn_fault_name(told->fault), told->still_at_work ? " still at work" : "",
              told->inexact ? " inexact" : "", told->errand ? " errand" : "", sample_word(told->prompt),
              sample_word(told->prompt_id), sample_word(told->reply), sample_word(told->detail),
              sample_word(told->transcript));
}

static inline void sample_report(const char *bytes, size_t n, struct text *out) {
    struct report_event last = {0};

    for (int agent = 0; agent < REPORT_AGENT_COUNT; agent++) {
        struct report_event told;

        if (report_read(&told, (enum report_agent)agent, bytes, n)) {
            text_addf(out, "agent %d ", agent);
            sample_event(out, &told);
        }
        report_event_release(&told);
    }
    text_addf(out, "gemini %zu\n", report_gemini_length(bytes, n));
    if (report_transcript_read(&last, bytes, n))
        sample_event(out, &last);
    report_event_release(&last);
}

#endif
