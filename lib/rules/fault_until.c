#include "rules/fault_until.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* An agent that is held for longer than eight days is looked at then; what lies months ahead is no limit's end. */
enum { LOOK = 2048, DAY_MINUTES = 24 * 60, LONGEST_DAYS = 8, MAD_DAYS = 62, DIGITS_MAX = 13, SECONDS_DIGITS = 10 };
static const int64_t minute_ms = 60000;

static const char *behind(const char *text, const char *words) {
    const char *at = strstr(text, words);

    return at ? at + strlen(words) : NULL;
}

/* The end of a line like "Claude AI usage limit reached|1749924000": seconds, or milliseconds. */
static int64_t stamp(const char *text) {
    const char *at = strrchr(text, '|'), *start;
    int64_t value;

    if (!at)
        return 0;
    start = ++at;
    value = fault_number(&at);
    if (at - start == SECONDS_DIGITS)
        return value * 1000;
    return at - start == DIGITS_MAX ? value : 0;
}

/* Milliseconds of the unit at *at, which moves behind its letters; 0: no unit. */
static int64_t unit(const char **at) {
    static const struct {
        const char *word;
        int64_t ms;
    } units[] = {{"ms", 1}, {"millisecond", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    int64_t ms = 0;

    while (**at == ' ')
        ++*at;
    for (size_t i = 0; i < sizeof units / sizeof units[0] && ms == 0; i++)
        if (strncmp(*at, units[i].word, strlen(units[i].word)) == 0)
            ms = units[i].ms;
    while (**at >= 'a' && **at <= 'z')
        ++*at;
    return ms;
}

/* "1h 20m", "5 minutes", "30" (seconds), "12.3s". */
static int64_t told_length(const char *at) {
    const int64_t longest = (int64_t)MAD_DAYS * DAY_MINUTES * minute_ms;
    int64_t sum = 0;

    while (*at == ' ' || *at == ':' || *at == '"')
        at++;
    while (text_digit(*at)) {
        int64_t value = fault_number(&at), ms;

        if (*at == '.')
            for (at++; text_digit(*at);)
                at++;
        ms = unit(&at);
        if (value < 0 || value > longest)
            return 0;
        sum += value * (ms > 0 ? ms : 1000);
        if (sum > longest)
            return 0;
        while (*at == ' ' || *at == ',')
            at++;
    }
    return sum;
}

static int64_t told_wait(const char *text) {
    static const char *const heads[] = {"retry after", "retry-after", "retrydelay\"", "try again in",
                                        "retry in",    "resets in",   "reset after",  "available in"};
    int64_t ms = 0;

    for (size_t i = 0; i < sizeof heads / sizeof heads[0] && ms == 0; i++) {
        const char *at = behind(text, heads[i]);

        if (at)
            ms = told_length(at);
    }
    return ms;
}

static int time_of_day(const char *text) {
    static const char *const heads[] = {"resets at", "resets", "reset at", "continuing automatically at",
                                        "try again at"};
    int minute = -1;

    for (size_t i = 0; i < sizeof heads / sizeof heads[0] && minute < 0; i++) {
        const char *at = behind(text, heads[i]);

        if (at)
            minute = fault_clock(at);
    }
    return minute;
}

static struct fault_date date(const char *text) {
    static const char *const heads[] = {"resets", "reset at", "reset on", "try again", "available", "until"};
    struct fault_date told = {0};

    for (size_t i = 0; i < sizeof heads / sizeof heads[0] && !told.month; i++) {
        const char *at = behind(text, heads[i]);

        if (at)
            told = fault_date_read(at);
    }
    return told;
}

struct fault_until fault_until_read(const char *text) {
    struct fault_until until = {.minute = -1};
    char look[LOOK];
    size_t n = 0;

    for (; text && text[n] && n + 1 < sizeof look; n++)
        look[n] = text[n] >= 'A' && text[n] <= 'Z' ? (char)(text[n] - 'A' + 'a') : text[n];
    look[n] = '\0';
    until.at_ms = stamp(look);
    if (until.at_ms == 0)
        until.wait_ms = told_wait(look);
    if (until.at_ms == 0 && until.wait_ms == 0)
        until.date = date(look);
    if (until.at_ms == 0 && until.wait_ms == 0 && !until.date.month)
        until.minute = time_of_day(look);
    return until;
}

int64_t fault_until_said(int64_t output, int64_t begun, int64_t now) {
    return output > begun - minute_ms && output < now ? output : now;
}

int64_t fault_until_ms(const struct fault_until *until, int64_t now, int minute_now) {
    const int64_t day = DAY_MINUTES * minute_ms;
    int64_t at = until->at_ms;

    if (at == 0 && until->wait_ms > 0)
        at = now + until->wait_ms;
    if (at == 0 && until->date.month)
        at = fault_date_ms(&until->date, now, minute_now);
    if (at == 0 && until->minute >= 0)
        at = now + ((until->minute - minute_now + DAY_MINUTES) % DAY_MINUTES) * minute_ms;
    if (at < now || at - now > MAD_DAYS * day)
        return 0;
    return at - now > LONGEST_DAYS * day ? now + LONGEST_DAYS * day : at;
}
