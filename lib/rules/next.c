#include "rules/next.h"

#include "base/text.h"

static void next_todo(struct text *out, const struct next_facts *facts) {
    const char *key = facts->key;

    if (facts->needs_cancelled)
        text_addf(out, "waits for %s, which was cancelled: mc-ticket reopen %s, or mc-ticket cancel %s", facts->needs,
                  facts->needs, key);
    else if (facts->stuck)
        text_add(out, "no pickup takes it until that is mended");
    else if (facts->needs)
        text_addf(out, "waits for %s", facts->needs);
    else if (facts->paused)
        text_add(out, "the board is paused: mc-ticket resume");
    else if (facts->thing)
        text_addf(out, "waits for %s: mc-ticket breaker tells why, mc-ticket breaker close %s tries it now",
                  facts->thing, facts->thing);
    else if (facts->not_until)
        text_addf(out, "the first pickup after %s takes it; mc-ticket retry %s makes that now", facts->not_until, key);
    else
        text_add(out, "the next pickup with room for it takes it");
}

static void next_in_progress(struct text *out, const struct next_facts *facts) {
    const char *key = facts->key;

    if (facts->agent && facts->working)
        text_addf(out, "its agent is at work: mc-ticket screen %s shows what it does, mc-ticket attach %s goes there",
                  key, key);
    else if (facts->agent && facts->messages)
        text_add(out, "the next pickup gives its agent what waits for it");
    else if (facts->agent)
        text_addf(out, "its agent rests: mc-ticket send %s TEXT gives it a turn", key);
    else
        text_add(out, "the next pickup sees to its agent");
}

void next_words(struct text *out, const struct next_facts *facts) {
    const char *key = facts->key;

    switch (facts->status) {
    case TICKET_INBOX:
        text_addf(out, "mc-ticket promote %s releases it for work", key);
        return;
    case TICKET_TODO:
        next_todo(out, facts);
        return;
    case TICKET_IN_PROGRESS:
        next_in_progress(out, facts);
        return;
    case TICKET_IN_REVIEW:
        text_addf(out, "mc-ticket approve %s, or mc-ticket reject %s TEXT", key, key);
        return;
    case TICKET_NEEDS_INPUT:
        if (facts->agent && facts->dialog)
            text_addf(out, "mc-ticket attach %s, where its agent asks; or ", key);
        text_addf(out, "mc-ticket answer %s TEXT", key);
        return;
    case TICKET_BLOCKED:
        text_addf(out, "when the cause is mended: mc-ticket reopen %s", key);
        return;
    case TICKET_DONE:
    case TICKET_CANCELLED:
        text_addf(out, "nothing; mc-ticket reopen %s takes it up again", key);
        return;
    case TICKET_STATUS_COUNT:
        return;
    }
}
