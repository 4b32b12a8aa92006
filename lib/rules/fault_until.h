#ifndef MC_FAULT_UNTIL_H
#define MC_FAULT_UNTIL_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/fault_date.h"

/* When a limit ends, as an agent's words tell it. At most one of the four is told. */
struct fault_until {
    int64_t at_ms;          /* Unix time; 0: not told */
    int64_t wait_ms;        /* from now; 0: not told */
    int minute;             /* of the day, by the machine's own clock ("resets 10:06pm": 22 * 60 + 6); -1: not told */
    struct fault_zone zone; /* or by this one's */
    struct fault_date date;
};

/* Reads "…|1749924000", "retry after 30s", "try again in 5 minutes", "in 1h 20m", "resets 3am", "at 10:06 p.m.
 * UTC", "resets Dec 3, 9am", "try again at Dec 5th, 2026 9:12 AM". */
struct fault_until fault_until_read(const char *text);

bool fault_until_told(const struct fault_until *until); /* any of the four */

/* When words on a screen were said: with its last output, where that was in the turn that began then
 * (tmux stamps whole seconds, and a turn may be seen late); else, and where that is 0, now. */
int64_t fault_until_said(int64_t output, int64_t begun, int64_t now);

/* As Unix milliseconds; 0 when nothing was told. `minute_now` is the local minute of the day at `now`, when it was
 * said. More than eight days are eight days; what lies behind, or months ahead, is no time that a limit ends: 0. */
int64_t fault_until_ms(const struct fault_until *until, int64_t now, int minute_now);

#endif
