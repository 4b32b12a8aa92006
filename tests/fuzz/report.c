/* What agents tell of their own turns: the first byte says whose. */
#include "rules/report.h"

#include "fuzz.h"
#include "rules/report_gemini.h"
#include "rules/report_transcript.h"
#include "rules/word.h"

const struct fuzz_shape fuzz_shape = {"1", "\n", "", false};

static void is_event(const struct report_event *event) {
    HOLDS(event->kind <= REPORT_GONE && event->fault < FAULT_COUNT);
    if (event->detail) {
        fuzz_is_line(event->detail);
        HOLDS(*event->detail && strlen(event->detail) <= REPORT_DETAIL_MAX);
    }
    if (event->prompt_id)
        fuzz_is_line(event->prompt_id);
}

static void transcripts(const char *bytes, size_t n) {
    struct report_event event = {0};

    if (report_transcript_read(&event, bytes, n)) {
        HOLDS(event.reply || event.detail);
        HOLDS(!event.reply == (event.fault != FAULT_NONE));
        is_event(&event);
    } else {
        HOLDS(!event.reply && !event.detail && event.fault == FAULT_NONE);
    }
    report_event_release(&event);
}

static void words(const char *bytes, size_t n) {
    const struct word_of of = {"MC-4629", "MC_TICKET_TURN:4629:1779942042145:e519f820"};
    struct word_found found = {0};
    char *reply = fuzz_string(bytes, n);

    if (word_in_reply(&found, reply, strlen(reply), &of)) {
        HOLDS(found.word < SIGNAL_WORD_COUNT && strlen(found.payload) <= WORD_PAYLOAD_MAX);
        fuzz_is_line(found.payload);
    }
    word_release(&found);
    free(reply);
}

void fuzz_one(const char *bytes, size_t n) {
    enum report_agent agent = n ? (enum report_agent)((unsigned char)*bytes % (REPORT_AGENT_COUNT + 1)) : REPORT_NONE;
    struct report_event event;

    bytes += !!n;
    n -= !!n;
    if (report_read(&event, agent, bytes, n))
        is_event(&event);
    else
        HOLDS(event.kind == REPORT_NOTHING && !event.reply && !event.prompt && !event.detail);
    report_event_release(&event);
    HOLDS(report_gemini_length(bytes, n) <= n);
    transcripts(bytes, n);
    words(bytes, n);
}
