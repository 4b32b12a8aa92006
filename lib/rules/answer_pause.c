#include "rules/answer_pause.h"

#include "base/text.h"

/* Days since 1970-01-01 of a date of the Gregorian calendar; March begins the year, so that the leap day ends it. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y % 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool take_number(const char **at, int digits, int64_t *value) {
    *value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool take(const char **at, const char *wanted) {
    if (!text_starts(*at, wanted))
        return false;
    *at += strlen(wanted);
    return true;
}

static bool take_month(const char **at, int64_t *month) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (*month = 1; *month <= 12; (*month)++)
        if (strncmp(*at, months + 3 * (*month - 1), 3) == 0) {
            *at += 3;
            return true;
        }
    return false;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT": the only form a sender may write. */
static bool read_date(const char *value, int64_t *ms) {
    int64_t day, month, year, hour, minute, second;
    const char *at = strchr(value, ',');
    if (!at || at - value != 3)
        return false;
    at++;
    bool whole = take(&at, " ") && take_number(&at, 2, &day) && take(&at, " ") && take_month(&at, &month) &&
                 take(&at, " ") && take_number(&at, 4, &year) && take(&at, " ") && take_number(&at, 2, &hour) &&
                 take(&at, ":") && take_number(&at, 2, &minute) && take(&at, ":") && take_number(&at, 2, &second) &&
                 take(&at, " GMT") && !*at;
    if (!whole || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
        return false;
    *ms = (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
    return true;
}

int64_t answer_retry_after(const char *value, int64_t now) {
    int64_t at = 0, pause = 0;
    if (!value)
        return 0;
    while (*value == ' ' || *value == '\t')
        value++;
    size_t digits = strspn(value, "0123456789");
    size_t blanks = strspn(value + digits, " \t");
    if (digits && !value[digits + blanks]) {
        for (size_t i = 0; i < digits && pause <= ANSWER_PAUSE_LONGEST; i++)
            pause = pause * 10 + (value[i] - '0') * 1000;
    } else if (read_date(value, &at)) {
        pause = at - now;
    }
    return pause < 0 ? 0 : pause > ANSWER_PAUSE_LONGEST ? ANSWER_PAUSE_LONGEST : pause;
}
