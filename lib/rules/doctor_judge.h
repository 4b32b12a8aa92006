#ifndef MC_DOCTOR_JUDGE_H
#define MC_DOCTOR_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/doctor_findings.h"

/* What the numbers mean. */
enum doctor_finding doctor_disk(int64_t free_bytes);
enum doctor_finding doctor_wal(int64_t bytes);
enum doctor_finding doctor_clock(int64_t now, int64_t newest); /* newest: of what is stamped on the board; 0: nothing */
enum doctor_finding doctor_pickup(int64_t now, int64_t last, int64_t interval_s);

/* Is this what `tmux -V` says of one that is new enough ("tmux 3.3a", "tmux next-3.4")? */
bool doctor_tmux_ok(const char *said);

/* Does a pattern end in a blank that a captured screen never has at the end of a line? One of an agent at rest
 * (`ready`) also without "$": behind its prompt stands nothing. */
enum doctor_pattern { PATTERN_ANY, PATTERN_READY };
bool doctor_pattern_blank(enum doctor_pattern kind, const char *pattern);

/* What installs an agent's program, for a shell; NULL: not known. */
const char *doctor_install(const char *program);

#endif
