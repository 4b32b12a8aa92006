#ifndef MC_FAULT_DATE_H
#define MC_FAULT_DATE_H

#include <stdint.h>

/* Dates and times of day in an agent's words, in lower case, by the machine's own clock. */

/* A whole number at *at, which moves behind it; -1 when none stands there or it has more than 13 digits. */
int64_t fault_number(const char **at);

/* "10:06pm", "3am", "15:30" as a minute of the day; -1: no time of day. */
int fault_clock(const char *at);

/* "dec 3, 9am", "on dec 5th, 2026 9:12 am", "3 december", "2026-12-05 09:12"; month 0: no date. */
struct fault_date {
    int year; /* 0: not told */
    int month, day;
    int minute; /* of the day; 0 where it is not told */
};
struct fault_date fault_date_read(const char *at);

/* As Unix milliseconds; a year that is not told is the one that brings the date nearest to `now`. `minute_now` is the
 * local minute of the day then. */
int64_t fault_date_ms(const struct fault_date *date, int64_t now, int minute_now);

#endif
