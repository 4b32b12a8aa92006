#include "pickup/reading.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/tmux.h"
#include "pickup/state.h"
#include "rules/fault_until.h"
#include "rules/key.h"
#include "rules/region.h"
#include "rules/screen.h"
#include "rules/trace.h"
#include "rules/word.h"
#include "run/over.h"

enum { HISTORY = 5000 };

/* What stopped it, and until when. What nobody has told us apart is tried once more, as a service that fails is (SPEC
 * section 12: a limit that is seen is waited for). */
static void read_fault(const struct reading *reading, const char *screen, struct text *detail, struct over *end) {
    int64_t said = fault_until_said(reading->output, reading->runtime->turn_started_at, clock_now());
    struct fault_until until;

    if (reading->interrupted)
        end->fault = FAULT_INTERRUPTED;
    if (!reading->stopped)
        return;
    if (reading->profile)
        screen_stopped(detail, reading->profile, screen, reading->nonce);
    end->fault = turn_fault_from_text(text_str(detail));
    if (end->fault == FAULT_OTHER)
        end->fault = FAULT_SERVER;
    end->detail = text_str(detail);
    until = fault_until_read(text_str(detail));
    if (end->fault == FAULT_LIMIT)
        end->until_ms = fault_until_ms(&until, said, clock_minute(said));
}

static void say(const struct reading *reading, const char *key, const struct over_done *done) {
    static const enum over_act quiet[] = {OVER_IGNORE, OVER_KEEP, OVER_STILL};
    struct report *report = &reading->pickup->report;
    bool asks = done->ruling.act == OVER_ASK || done->ruling.act == OVER_ASK_AND_STOP;

    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
        if (done->ruling.act == quiet[i])
            return;
    report_harvested(report, &(struct report_healed){.rule = over_act_name(done->ruling.act),
                                                     .ticket = key,
                                                     .from = reading->from,
                                                     .to = ticket_status_name(done->to)});
    if (asks)
        report_warn(report, "%s: %s; %s", key, done->ruling.why,
                    done->ruling.next ? done->ruling.next : "answer it with mc-ticket answer");
    else if (done->ruling.act == OVER_PAUSE)
        report_warn(report, "%s: %s; it goes on by itself, see mc-ticket show %s", key, done->ruling.why, key);
}

/* What the agent has written: above its input box, and for a reader below the last of what was typed into it. */
struct written {
    const char *text;
    size_t n;
    struct text reply;
};

static void cut(const struct reading *reading, const char *screen, const struct word_of *of, struct written *written) {
    struct region region;
    const char *end = screen + strlen(screen), *from;

    if (reading->profile && region_find(&region, reading->profile, screen))
        end = region.box;
    *written = (struct written){.text = screen, .n = (size_t)(end - screen)};
    word_reply_on_screen(&written->reply, screen, of, reading->profile);
    from = trace_end(screen, end, NULL); /* the echo of a long text may be no more than a label */
    if (from && !key_marker_seen(screen, reading->nonce)) {
        text_clear(&written->reply);
        text_addn(&written->reply, from, (size_t)(end - from));
    }
}

/* An endpoint has taken the turn, and may type it later: an agent at rest that shows nothing of it has not ended it. */
static bool never_typed(const struct reading *reading, const char *screen) {
    return !reading->typed && reading->pickup->site.config.send.transport == TRANSPORT_HTTP &&
           !key_marker_seen(screen, reading->nonce);
}

static bool tell(struct reading *reading, const char *screen, struct over *end, struct err *err) {
    struct site *site = &reading->pickup->site;
    struct text detail = {0};
    struct over_done done = {0};
    char key[KEY_SIZE];
    bool ok;

    read_fault(reading, screen, &detail, end);
    ok = over(site, end, &done, err);
    site_key(site, end->ticket, key);
    if (ok)
        say(reading, key, &done);
    text_release(&detail);
    return ok;
}

bool reading_text(struct reading *reading, const char *screen, struct err *err) {
    const struct runtime *runtime = reading->runtime;
    char key[KEY_SIZE];
    const struct word_of of = {.key = key, .nonce = reading->nonce};
    struct written written;
    struct word_found found = {0};
    struct over_word word;
    struct over end = {
        .ticket = runtime->ticket_id, .run_id = runtime->run_id, .nonce = reading->nonce, .by = reading->by};
    bool ok = true;

    site_key(&reading->pickup->site, runtime->ticket_id, key);
    cut(reading, screen, &of, &written);
    reading->found = word_on_screen(&found, written.text, written.n, &of);
    word = (struct over_word){found.word, found.payload};
    end.word = reading->found ? &word : NULL;
    if (written.reply.len) {
        end.reply = text_str(&written.reply);
        end.reply_len = written.reply.len;
    }
    if (reading->found || !(reading->word_only || never_typed(reading, screen)))
        ok = tell(reading, screen, &end, err);
    word_release(&found);
    text_release(&written.reply);
    return ok;
}

bool reading_screen(struct reading *reading, const struct tmux_agent *agent, bool *there, struct err *err) {
    struct tmux_view view = {0};
    bool ok = true;

    *there = tmux_view(&reading->pickup->site.tmux, agent, HISTORY, &view) == SEEN_YES;
    if (*there)
        ok = reading_text(reading, text_str(&view.screen), err);
    tmux_view_release(&view);
    return ok;
}
