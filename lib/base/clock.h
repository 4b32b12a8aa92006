#ifndef MC_CLOCK_H
#define MC_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);       /* Unix milliseconds, UTC: the clock of the board's stamps */
int64_t clock_monotonic(void); /* milliseconds since some point, never backwards */
int64_t clock_stopwatch(void); /* the same in microseconds */
int64_t clock_up(void);        /* milliseconds since this machine was started, those that it slept too */

/* From here on clock_now() is ms and what has passed since, whatever this machine's clock says: the clock that all
 * machines of one board share. Never called, it is this machine's own. */
void clock_follow(int64_t ms);

int64_t clock_here(void);       /* this machine's own, always: of its files, its processes, its tmux and its logs */
int64_t clock_difference(void); /* how far that is ahead of clock_now(), so a moment of one is turned into the other */
void clock_sleep(int64_t ms);   /* goes on after a signal until the time is over */

/* "2026-11-20T09:21:45Z" into at least CLOCK_STAMP bytes. */
enum { CLOCK_STAMP = 32 };
void clock_stamp(int64_t ms, char *out);

/* "2026-11-20 10:21:45" on this machine's own clock, for people, into as many bytes. */
void clock_local(int64_t ms, char *out);

/* The same, "2026-11-20 10:21:45 +0100", where it is kept or sent: its reader's clock may be another. */
void clock_zoned(int64_t ms, char *out);

/* The midnight of this machine's own clock that began the day, so many days before. */
int64_t clock_midnight(int64_t ms, int days_before);

/* The minute of the day (0 to 1439) on this machine's own clock. */
int clock_minute(int64_t ms);

#endif
