#include "rules/fault_date.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { DIGITS_MAX = 13, DAY_MINUTES = 24 * 60, EASTMOST = 14, WESTMOST = -11 * 60, YEAR_MIN = 1970, YEAR_MAX = 9999 };
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

static void skip_letters(const char **at) {
    while (letter(**at))
        ++*at;
}

/* Is this the word at *at? Then that moves behind it. */
static bool word(const char **at, const char *is) {
    size_t n = strlen(is);

    if (strncmp(*at, is, n) != 0 || letter((*at)[n]))
        return false;
    *at += n;
    return true;
}

/* "am", "p.m.": 'a' or 'p', and *at moves behind it; 0: neither. */
static char half_of_day(const char **at) {
    static const char *const halves[] = {"am", "a.m", "pm", "p.m"};

    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++)
        if (word(at, halves[i])) {
            *at += halves[i][1] == '.' && **at == '.';
            return *halves[i];
        }
    return 0;
}

/* "+05:30", "-0800", "+2" behind a name. */
static bool offset(const char *at, bool named, int *east) {
    int sign = *at == '-' ? -1 : *at == '+';
    const char *from = sign ? ++at : at;
    int64_t hours = fault_number(&at), minutes = 0;

    if (at - from == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (*at == ':') {
        at++;
        minutes = fault_number(&at);
    } else if (at - from == 1 && !named) {
        return false;
    }
    if (!sign || hours < 0 || hours > EASTMOST || minutes < 0 || minutes > 59)
        return false;
    *east = sign * (int)(hours * 60 + minutes);
    return true;
}

/* Where summer time may be meant, or not, the later moment is told. */
static struct fault_zone zone_at(const char *at) {
    static const struct {
        const char *name;
        int east;
    } zones[] = {{"z", 0},      {"utc", 0},    {"gmt", 0},    {"pst", -480}, {"pdt", -420}, {"pt", -480},
                 {"mst", -420}, {"mdt", -360}, {"cst", -360}, {"cdt", -300}, {"est", -300}, {"edt", -240},
                 {"et", -300},  {"cet", 60},   {"cest", 120}, {"jst", 540}};
    struct fault_zone zone = {0};
    bool known = false;

    while (*at == ' ' || *at == '(')
        at++;
    for (size_t i = 0; i < sizeof zones / sizeof zones[0] && !known; i++) {
        known = word(&at, zones[i].name);
        zone.east = known ? zones[i].east : 0;
    }
    zone.told = offset(at, known, &zone.east) || known;
    return zone;
}

/* ":30", ":30.000" of a time whose minutes are told: whether that is later than the minute's begin. */
static bool seconds(const char **at) {
    bool later = false;

    if (**at != ':' || !text_digit((*at)[1]))
        return false;
    do {
        ++*at;
        later |= **at >= '1' && **at <= '9';
    } while (text_digit(**at) || (**at == '.' && text_digit((*at)[1])));
    return later;
}

int fault_clock(const char *at, struct fault_zone *zone) {
    int64_t hour, minutes = 0;
    bool colon, later = false;
    char half;

    while (*at == ' ')
        at++;
    hour = fault_number(&at);
    colon = *at == ':' && text_digit(at[1]);
    if (colon) {
        at++;
        minutes = fault_number(&at);
        later = seconds(&at);
    }
    *zone = zone_at(at);
    if (*at == ' ')
        at++;
    half = half_of_day(&at);
    if (hour < 0 || hour > 23 || minutes > 59 || minutes < 0 || (half ? hour < 1 || hour > 12 : !colon))
        return -1;
    if (half) {
        hour = hour % 12 + (half == 'p' ? 12 : 0);
        *zone = zone_at(at);
    }
    hour = hour * 60 + minutes + later; /* never too early */
    return hour < DAY_MINUTES ? (int)hour : DAY_MINUTES - 1;
}

int fault_minute(const struct fault_zone *zone, int64_t now, int minute_now) {
    int64_t utc = now / minute_ms % DAY_MINUTES;

    return zone->told ? (int)((utc + zone->east + DAY_MINUTES) % DAY_MINUTES) : minute_now;
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
    minute = fault_clock(at, &date.zone);
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
    int64_t east = date->zone.told ? date->zone.east : offset_minutes(now, minute_now), at;

    if (date->year)
        return in_year(date, date->year, east);
    for (int64_t year = YEAR_MIN; year < YEAR_MAX; year++) {
        at = in_year(date, year, east);
        if (at > now - half_year)
            return at;
    }
    return 0;
}
