#ifndef MC_DEMO_REPORT_H
#define MC_DEMO_REPORT_H

#include <stddef.h>

struct demo;

/* Tells --report's program what happens, as the hooks of real agents do, and as badly as the options ask for: it runs
 * PROGRAM turn-event demo [--run RUN] [--db FILE] (from MC_RUN and MC_DB) with one JSON object on standard input. */
void demo_report_started(const struct demo *demo, const char *prompt, size_t n);
void demo_report_over(const struct demo *demo, const char *prompt, size_t n, const char *reply);
void demo_report_gone(const struct demo *demo);

#endif
