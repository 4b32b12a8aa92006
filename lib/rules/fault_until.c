#include "rules/fault_until.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* An agent that is held for longer than eight days is looked at then; what lies months ahead is no limit's end. */
enum {
    LOOK = 2048,
    DAY_MINUTES = 24 * 60,
    LONGEST_DAYS = 8,
    MAD_DAYS = 62,
    JUST_OVER = 10,
    DIGITS_MAX = 13,
    SECONDS_DIGITS = 10
};
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

/* Milliseconds of the unit at *at, which moves behind its letters: of a number without one it is a second. 0: a word
 * that is no unit; or what stands there is no length, but a date or a time of day. */
static int64_t unit(const char **at) {
    static const struct {
        const char *word;
        int64_t ms;
    } units[] = {{"", 1000},        {"ms", 1},         {"millisecond", 1}, {"s", 1000},
                 {"sec", 1000},     {"second", 1000},  {"m", 60000},       {"min", 60000},
                 {"minute", 60000}, {"h", 3600000},    {"hr", 3600000},    {"hour", 3600000},
                 {"d", 86400000},   {"day", 86400000}, {"w", 604800000},   {"week", 604800000}};
    const char *word;
    size_t n = 0;

    if (**at == '-' || **at == ':')
        return 0;
    while (**at == ' ')
        ++*at;
    word = *at;
    while (word[n] >= 'a' && word[n] <= 'z')
        n++;
    *at += n;
    if (n > 2 && word[n - 1] == 's')
        n--;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].word) == n && strncmp(word, units[i].word, n) == 0)
            return units[i].ms;
    return 0;
}

/* Tenths of what the number at *at stands for, which moves behind them. */
static int64_t tenths(const char **at) {
    int64_t value;

    if (**at != '.' || !text_digit((*at)[1]))
        return 0;
    value = *++*at - '0';
    while (text_digit(**at))
        ++*at;
    return value;
}

static void skip_and(const char **at) {
    while (**at == ' ' || **at == ',')
        ++*at;
    if (strncmp(*at, "and ", 4) == 0)
        *at += 4;
}

/* "1h 20m", "5 minutes", "30" (seconds), "12.3s", "1 day and 2 hours"; 0: what is no length in all its parts. */
static int64_t told_length(const char *at) {
    const int64_t longest = (int64_t)MAD_DAYS * DAY_MINUTES * minute_ms;
    int64_t sum = 0;

    while (*at == ' ' || *at == ':' || *at == '"')
        at++;
    while (text_digit(*at)) {
        int64_t value = fault_number(&at), tenth = tenths(&at), ms = unit(&at);

        if (ms == 0 || value < 0 || value > longest)
            return 0;
        sum += value * ms + tenth * ms / 10;
        if (sum > longest)
            return 0;
        skip_and(&at);
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

static int time_of_day(const char *text, struct fault_zone *zone) {
    static const char *const heads[] = {"resets at",
                                        "resets",
                                        "reset at",
                                        "reset after",
                                        "try again at",
                                        "try again after",
                                        "continuing automatically at"};
    int minute = -1;

    for (size_t i = 0; i < sizeof heads / sizeof heads[0] && minute < 0; i++) {
        const char *at = behind(text, heads[i]);

        if (at)
            minute = fault_clock(at, zone);
    }
    return minute;
}

static struct fault_date date(const char *text) {
    static const char *const heads[] = {"resets",          "reset at",  "reset on", "reset after", "try again",
                                        "try again after", "available", "until",    "retry after", "retry-after"};
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

    for (size_t i = 0; text && text[i] && i + 1 < sizeof look; i++) {
        char c = text[i] == '\n' ? ' ' : text[i];

        if (c != ' ' || n == 0 || look[n - 1] != ' ') /* a line that was broken is whole again */
            look[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    look[n] = '\0';
    until.at_ms = stamp(look);
    if (until.at_ms == 0)
        until.wait_ms = told_wait(look);
    if (until.at_ms == 0 && until.wait_ms == 0)
        until.date = date(look);
    if (until.at_ms == 0 && until.wait_ms == 0 && !until.date.month)
        until.minute = time_of_day(look, &until.zone);
    return until;
}

bool fault_until_told(const struct fault_until *until) {
    return until->at_ms || until->wait_ms || until->minute >= 0 || until->date.month;
}

int64_t fault_until_said(int64_t output, int64_t begun, int64_t now) {
    return output && output > begun - minute_ms && output < now ? output : now;
}

/* What has just passed is over now and not in a day's time, by a clock that is a little ahead of the other. */
static int64_t ahead(int64_t minutes) {
    int64_t wait = (minutes + DAY_MINUTES) % DAY_MINUTES;

    return wait < DAY_MINUTES - JUST_OVER ? wait : 0;
}

int64_t fault_until_ms(const struct fault_until *until, int64_t now, int minute_now) {
    const int64_t day = DAY_MINUTES * minute_ms;
    int64_t at = until->at_ms, minute_there = fault_minute(&until->zone, now, minute_now);

    if (at == 0 && until->wait_ms > 0)
        at = now + until->wait_ms;
    if (at == 0 && until->date.month)
        at = fault_date_ms(&until->date, now, minute_now);
    if (at == 0 && until->minute >= 0)
        at = now + ahead(until->minute - minute_there) * minute_ms;
    if (at < now || at - now > MAD_DAYS * day)
        return 0;
    return at - now > LONGEST_DAYS * day ? now + LONGEST_DAYS * day : at;
}
