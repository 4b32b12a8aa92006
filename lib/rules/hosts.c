#include "rules/hosts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/age.h"
#include "base/text.h"

enum {
    SECOND = 1000,
    MISSED = 3,
    PATIENCE_LEAST_MS = 180 * SECOND,
    NOTE_MS = 30 * SECOND,
    FRESH_MS = 120 * SECOND,
    SLACK_MS = 5 * SECOND
};

static const char *const states[] = {
    [HOST_HEARD] = "heard", [HOST_SILENT] = "silent", [HOST_RETIRED] = "retired", [HOST_BACK] = "back"};
static_assert(sizeof states / sizeof states[0] == HOST_STATE_COUNT, "a name for every state");

void host_release(struct host *host) {
    free(host->name);
    free(host->machine_id);
    free(host->boot_id);
    free(host->version);
    *host = (struct host){0};
}

const char *host_state_name(enum host_state state) {
    return states[state];
}

int64_t host_patience(int64_t cron_interval_s) {
    int64_t ms = MISSED * cron_interval_s * SECOND;

    return ms > PATIENCE_LEAST_MS ? ms : PATIENCE_LEAST_MS;
}

bool host_is_retired(const struct host *host) {
    return host->retired_at && !host->machine_id;
}

enum host_state host_state(const struct host *host, int64_t now, int64_t cron_interval_s) {
    if (host_is_retired(host))
        return HOST_RETIRED;
    if (now - host->seen_at > host_patience(cron_interval_s))
        return HOST_SILENT;
    return host->retired_at ? HOST_BACK : HOST_HEARD;
}

enum host_meeting host_meet(const struct host *row, const char *machine_id) {
    if (!row || !row->machine_id)
        return HOST_MEETS_NOBODY;
    return text_same(row->machine_id, machine_id) ? HOST_MEETS_ITSELF : HOST_MEETS_ANOTHER;
}

static bool is_lately(int64_t at, int64_t now, int64_t patience) {
    return at && now - at <= patience && at - now <= NOTE_MS;
}

bool host_is_copy(const struct host *row, const struct host *self, int64_t patience) {
    return row->boot_id && self->boot_id && !text_same(row->boot_id, self->boot_id) &&
           is_lately(row->seen_at, self->seen_at, patience) && self->started_at + SLACK_MS < row->seen_at;
}

bool host_has_copy(const struct host *row, const struct host *self, int64_t patience) {
    return is_lately(row->twin_at, self->seen_at, patience) &&
           (text_same(row->boot_id, self->boot_id) || is_lately(row->seen_at, self->seen_at, patience));
}

bool host_due(const struct host *row, const struct host *self, int64_t now) {
    return host_meet(row, self->machine_id) == HOST_MEETS_NOBODY || now - row->seen_at >= NOTE_MS ||
           row->seen_at - now > NOTE_MS || !text_same(row->boot_id, self->boot_id) ||
           !text_same(row->version, self->version) || row->max_running != self->max_running || row->said_at;
}

bool host_may_retire(const struct host *host, int64_t now) {
    return now - host->seen_at > FRESH_MS;
}

int64_t host_heard_since(const struct host *row, int64_t now, int64_t cron_interval_s) {
    bool on = row && row->machine_id && is_lately(row->seen_at, now, host_patience(cron_interval_s));

    return on && row->heard_since && row->heard_since <= now ? row->heard_since : now;
}

bool host_is_lost(const struct host *host, const struct host *self, int64_t now, int64_t lost_after_s) {
    return lost_after_s > 0 && !host_is_retired(host) && host_may_retire(host, now) &&
           now - host->seen_at > lost_after_s * SECOND && now - self->heard_since > lost_after_s * SECOND;
}

bool host_may_judge(const struct host *self, int64_t now, int64_t cron_interval_s) {
    int64_t patience = host_patience(cron_interval_s);

    return self && self->machine_id && now - self->seen_at <= patience && now - self->heard_since >= patience;
}

void host_silence(struct text *out, const struct host *host, int64_t now) {
    char age[AGE_SIZE];

    if (!host->seen_at) {
        text_add(out, "was never seen");
        return;
    }
    age_words(now - host->seen_at, age);
    text_addf(out, "has been silent for %s", age);
}
