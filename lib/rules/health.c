#include "rules/health.h"

#include <stdio.h>

#include "base/age.h"
#include "base/text.h"

/* PICKUPS_MISSED: of cron's runs, until it is said to have stopped. */
enum { SECOND = 1000, PICKUPS_MISSED = 3, APART_MS = 2000 };

bool health_late(int64_t now, int64_t since, int64_t cron_interval_s) {
    return now - since > PICKUPS_MISSED * cron_interval_s * SECOND;
}

/* Two clocks that are looked after agree to a few milliseconds, and what is stamped by seconds to one. */
bool health_apart(int64_t ahead_ms) {
    return ahead_ms > APART_MS || ahead_ms < -APART_MS;
}

void health_ahead(int64_t ahead_ms, char out[HEALTH_WORDS_SIZE]) {
    int64_t length = ahead_ms < 0 ? -ahead_ms : ahead_ms, unit = length < 10 * SECOND ? 1 : SECOND;

    snprintf(out, HEALTH_WORDS_SIZE, "%lld %s %s the board's", (long long)((length + unit / 2) / unit),
             unit == 1 ? "ms" : "s", ahead_ms < 0 ? "behind" : "ahead of");
}

void health_took(int64_t microseconds, char out[HEALTH_WORDS_SIZE]) {
    snprintf(out, HEALTH_WORDS_SIZE, "%lld.%02lld ms", (long long)(microseconds / 1000),
             (long long)(microseconds % 1000 / 10));
}

static bool judge_pickup(const struct health_facts *facts, struct text *line) {
    char age[AGE_SIZE];

    if (!facts->last_pickup) {
        text_add(line, "no pickup has run on this board yet: have cron start mc-pickup every minute (crontab -e)");
        return true;
    }
    if (!health_late(facts->now, facts->last_pickup, facts->cron_interval_s))
        return false;
    age_words(facts->now - facts->last_pickup, age);
    text_addf(line,
              "the last pickup was %s ago, and one is expected every %lld s: look at cron or the timer, and at what it "
              "mailed (mc-ticket doctor --cron)",
              age, (long long)facts->cron_interval_s);
    return true;
}

static bool judge_board(const struct health_facts *facts, struct text *line) {
    if (facts->unwritable)
        text_addf(line, "its server takes no changes, %s: name the one that does, or mend it (mc-ticket doctor)",
                  facts->unwritable);
    return facts->unwritable;
}

static bool judge_paused(const struct health_facts *facts, struct text *line) {
    if (facts->paused)
        text_addf(line, "the board is %s; no ticket is handed out until mc-ticket resume", facts->paused);
    return facts->paused;
}

static bool judge_breaker(const struct health_facts *facts, struct text *line) {
    if (facts->breakers)
        text_addf(line, "what needs %s fails for everyone and is put off: mc-ticket breaker says why", facts->breakers);
    return facts->breakers;
}

static void add_tickets(struct text *line, const struct health_tickets *tickets, const char *what) {
    bool one = tickets->count == 1;

    text_addf(line, "%lld ticket%s %s", (long long)tickets->count, one ? "" : "s", what);
    if (tickets->keys)
        text_addf(line, " (%s%s)", tickets->keys, tickets->more ? ", …" : "");
}

static bool judge_blocked(const struct health_facts *facts, struct text *line) {
    const struct health_tickets *tickets = &facts->tickets[TICKET_BLOCKED];

    if (!tickets->count)
        return false;
    add_tickets(line, tickets, "blocked");
    text_add(line, ": mc-ticket show KEY says why; when that is mended: mc-ticket reopen KEY");
    return true;
}

static bool judge_needs_input(const struct health_facts *facts, struct text *line) {
    const struct health_tickets *tickets = &facts->tickets[TICKET_NEEDS_INPUT];

    if (!tickets->count)
        return false;
    add_tickets(line, tickets, "with a question for a person");
    text_add(line, ": mc-ticket show KEY has it, and where it is answered");
    return true;
}

/* How long the one does that waits longest, where that is too long; the rest of the line says what to do. */
static bool judge_wait(const struct health_facts *facts, enum ticket_status status, const char *what,
                       struct text *line) {
    const struct health_tickets *tickets = &facts->tickets[status];
    char age[AGE_SIZE];

    if (!tickets->since || facts->now - tickets->since <= facts->wait_warn_s * SECOND)
        return false;
    age_words(facts->now - tickets->since, age);
    text_addf(line, "%s has waited for %s %s", tickets->keys, what, age);
    return true;
}

static bool judge_review(const struct health_facts *facts, struct text *line) {
    bool late = judge_wait(facts, TICKET_IN_REVIEW, "its review for", line);

    if (late)
        text_add(line, ": mc-ticket show KEY, then approve or reject it");
    return late;
}

static bool judge_waiting(const struct health_facts *facts, struct text *line) {
    bool late = judge_wait(facts, TICKET_TODO, "an agent for", line);

    if (late)
        text_add(line, ": mc-ticket list --order next and mc-pickup --dry-run say what it waits for");
    return late;
}

static bool judge_stuck(const struct health_facts *facts, struct text *line) {
    if (facts->stuck)
        text_addf(line, "no pickup can ever take %s: mc-ticket show KEY says what mends it", facts->stuck);
    return facts->stuck;
}

static bool judge_message(const struct health_facts *facts, struct text *line) {
    char age[AGE_SIZE];

    if (!facts->held || facts->now - facts->held_since <= facts->wait_warn_s * SECOND)
        return false;
    age_words(facts->now - facts->held_since, age);
    text_addf(line, "what the agent of %s is to be told has waited for %s: mc-ticket show KEY says what keeps it",
              facts->held, age);
    return true;
}

static bool judge_host(const struct health_facts *facts, struct text *line) {
    if (facts->hosts)
        text_addf(line,
                  "%s: look there; mc-ticket hosts retire NAME gives the tickets of one that is gone to the others",
                  facts->hosts);
    return facts->hosts;
}

static bool judge_slot(const struct health_facts *facts, struct text *line) {
    if (facts->slots)
        text_addf(line, "set aside because what is in it could not be kept: %s; mc-ticket pool says how to rescue it",
                  facts->slots);
    return facts->slots;
}

static bool judge_push(const struct health_facts *facts, struct text *line) {
    if (facts->unpushed)
        text_addf(line, "not with its remote: the branch of %s: %s; mc-ticket show KEY says more", facts->unpushed,
                  facts->unpushed_why);
    return facts->unpushed;
}

static bool judge_notify(const struct health_facts *facts, struct text *line) {
    bool untold = facts->untold_since && health_late(facts->now, facts->untold_since, facts->cron_interval_s);

    if (facts->notify_fault)
        text_addf(line, "notify fails, %s: mend it, or \"notify\" in the configuration", facts->notify_fault);
    else if (untold)
        text_add(line, "events wait to be told to notify, and no pickup tells them: run mc-pickup -v by hand");
    return facts->notify_fault || untold;
}

static bool judge_disk(const struct health_facts *facts, struct text *line) {
    if (facts->disk_free < 0 || facts->disk_free >= HEALTH_DISK_LEAST)
        return false;
    text_addf(line, "%lld MiB are free on the board's disk, less than 1 GiB: make room",
              (long long)(facts->disk_free >> 20));
    return true;
}

static bool judge_wal(const struct health_facts *facts, struct text *line) {
    if (facts->wal <= HEALTH_WAL_MOST)
        return false;
    text_addf(line,
              "the board's -wal file has %lld MiB: something reads the board without an end; find it with "
              "fuser -v on the board's file",
              (long long)(facts->wal >> 20));
    return true;
}

static const struct {
    const char *name;
    bool (*judge)(const struct health_facts *facts, struct text *line);
} rows[] = {
    [HEALTH_PICKUP] = {"pickup", judge_pickup},    [HEALTH_BOARD] = {"board", judge_board},
    [HEALTH_PAUSED] = {"paused", judge_paused},    [HEALTH_BREAKER] = {"breaker", judge_breaker},
    [HEALTH_BLOCKED] = {"blocked", judge_blocked}, [HEALTH_NEEDS_INPUT] = {"needs_input", judge_needs_input},
    [HEALTH_REVIEW] = {"review", judge_review},    [HEALTH_WAITING] = {"waiting", judge_waiting},
    [HEALTH_STUCK] = {"stuck", judge_stuck},       [HEALTH_MESSAGE] = {"message", judge_message},
    [HEALTH_HOST] = {"host", judge_host},          [HEALTH_SLOT] = {"slot", judge_slot},
    [HEALTH_PUSH] = {"push", judge_push},          [HEALTH_NOTIFY] = {"notify", judge_notify},
    [HEALTH_DISK] = {"disk", judge_disk},          [HEALTH_WAL] = {"wal", judge_wal},
};
_Static_assert(sizeof rows / sizeof *rows == HEALTH_COUNT, "one row a check");

const char *health_check_name(enum health_check check) {
    return rows[check].name;
}

bool health_judge(const struct health_facts *facts, enum health_check check, struct text *line) {
    return rows[check].judge(facts, line);
}
