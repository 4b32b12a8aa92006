#ifndef MC_FAULT_DATE_H
#define MC_FAULT_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Dates and times of day in an agent's words, in lower case, by the machine's own clock. */

/* A whole number at *at, which moves behind it; -1 when none stands there or it has more than 13 digits. */
int64_t fault_number(const char **at);

/* Beside a time: "z", "utc", "gmt+2", "+05:30", "pst", and some more. Any other name is taken for the machine's own:
 * agents name the zone that they run in, "(europe/berlin)". */
struct fault_zone {
    bool told;
    int east; /* minutes */
};

/* "10:06pm", "3 a.m.", "15:30:00" as a minute of the day, the next one where seconds are told, with its zone;
 * -1: no time of day. */
int fault_clock(const char *at, struct fault_zone *zone);

/* The minute of the day there at `now`; `minute_now` is that of the machine's own clock. */
int fault_minute(const struct fault_zone *zone, int64_t now, int minute_now);

/* "dec 3, 9am", "on dec 5th, 2026 9:12 am", "3 december", "2026-12-05 09:12"; month 0: no date. */
struct fault_date {
    int year; /* 0: not told */
    int month, day;
    int minute; /* of the day; 0 where it is not told */
    struct fault_zone zone;
};
struct fault_date fault_date_read(const char *at);

/* As Unix milliseconds; a year that is not told is the one that brings the date nearest to `now`. `minute_now` is the
 * local minute of the day then. */
int64_t fault_date_ms(const struct fault_date *date, int64_t now, int minute_now);

#endif
