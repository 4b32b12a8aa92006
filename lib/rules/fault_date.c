#include "rules/fault_date.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { DIGITS_MAX = 13, DAY_MINUTES = 24 * 60, WESTMOST = -11 * 60, YEAR_MIN = 1970, YEAR_MAX = 9999 };
static const int64_t minute_ms = 60000;

static bool letter(char c) {
    return c >= 'a' && c <= 'z';
}

int64_t fault_number(const char **at) {
    int64_t value = 0;
    size_t n = 0;

    for (; text_digit((*at)[n]) && n <= DIGITS_MAX; n++)
        value = value * 10 + ((*at)[n] - '0');
    *at += n;
    return n > 0 && n <= DIGITS_MAX ? value : -1;
}

int fault_clock(const char *at) {
    int64_t hour, minutes = 0;
    bool colon, half;

    while (*at == ' ')
        at++;
    hour = fault_number(&at);
    colon = *at == ':' && text_digit(at[1]);
    if (colon) {
        at++;
        minutes = fault_number(&at);
    }
    if (*at == ' ')
        at++;
    half = (at[0] == 'a' || at[0] == 'p') && at[1] == 'm';
    if (hour < 0 || hour > 23 || minutes > 59 || minutes < 0 || (half ? hour < 1 || hour > 12 : !colon))
        return -1;
    if (half)
        hour = hour % 12 + (at[0] == 'p' ? 12 : 0);
    return (int)(hour * 60 + minutes);
}

static void skip_letters(const char **at) {
    while (letter(**at))
        ++*at;
}

/* What may stand before a date and between its parts. */
static void skip_between(const char **at) {
    static const char *const words[] = {"at", "on", "of", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    bool moved = true;

    while (moved) {
        moved = false;
        while (**at == ' ' || **at == ',' || **at == ':' || **at == '.')
            ++*at;
        for (size_t i = 0; i < sizeof words / sizeof words[0] && !moved; i++)
            moved = strncmp(*at, words[i], strlen(words[i])) == 0;
        if (moved)
            skip_letters(at);
    }
}

static int month_at(const char **at) {
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; i < 12; i++)
        if (strncmp(*at, names + (ptrdiff_t)i * 3, 3) == 0) {
            skip_letters(at);
            return i + 1;
        }
    return 0;
}

static int day_at(const char **at) {
    int64_t day = fault_number(at);

    if (strncmp(*at, "st", 2) == 0 || strncmp(*at, "nd", 2) == 0 || strncmp(*at, "rd", 2) == 0 ||
        strncmp(*at, "th", 2) == 0)
        skip_letters(at);
    return day >= 1 && day <= 31 ? (int)day : 0;
}

/* "2026", and not "2026:…" or the hour of "9am". */
static int year_at(const char **at) {
    const char *end = *at;
    int64_t year = fault_number(&end);

    if (end - *at != 4 || year < YEAR_MIN || *end == ':')
        return 0;
    *at = end;
    return (int)year;
}

static bool iso_at(const char **at, struct fault_date *date) {
    const char *from = *at;
    int64_t month, day;

    date->year = year_at(&from);
    if (!date->year || *from++ != '-')
        return false;
    month = fault_number(&from);
    if (month < 1 || month > 12 || *from++ != '-')
        return false;
    day = fault_number(&from);
    date->month = (int)month;
    date->day = day >= 1 && day <= 31 ? (int)day : 0;
    *at = *from == 't' ? from + 1 : from;
    return true;
}

static void named_at(const char **at, struct fault_date *date) {
    date->month = month_at(at);
    skip_between(at);
    date->day = day_at(at);
    skip_between(at);
    if (!date->month)
        date->month = month_at(at);
    skip_between(at);
    date->year = year_at(at);
}

struct fault_date fault_date_read(const char *at) {
    struct fault_date date = {0};
    int minute;

    skip_between(&at);
    if (!iso_at(&at, &date)) {
        date = (struct fault_date){0};
        named_at(&at, &date);
    }
    if (!date.month || !date.day)
        return (struct fault_date){0};
    skip_between(&at);
    minute = fault_clock(at);
    date.minute = minute > 0 ? minute : 0;
    return date;
}

/* Days since 1970-01-01 in the calendar of today. */
static int64_t days_of(int64_t year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
}

/* Where this machine's clock is in the world, by the minute of its day. */
static int64_t offset_minutes(int64_t now, int minute_now) {
    int64_t apart = (minute_now - now / minute_ms % DAY_MINUTES + DAY_MINUTES) % DAY_MINUTES;

    return apart >= DAY_MINUTES + WESTMOST ? apart - DAY_MINUTES : apart;
}

static int64_t in_year(const struct fault_date *date, int64_t year, int64_t offset) {
    return ((days_of(year, date->month, date->day) * DAY_MINUTES) + date->minute - offset) * minute_ms;
}

int64_t fault_date_ms(const struct fault_date *date, int64_t now, int minute_now) {
    const int64_t half_year = INT64_C(183) * DAY_MINUTES * minute_ms;
    int64_t offset = offset_minutes(now, minute_now), at;

    if (date->year)
        return in_year(date, date->year, offset);
    for (int64_t year = YEAR_MIN; year < YEAR_MAX; year++) {
        at = in_year(date, year, offset);
        if (at > now - half_year)
            return at;
    }
    return 0;
}
