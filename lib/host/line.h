#ifndef MC_LINE_H
#define MC_LINE_H

#include <stddef.h>

/* Adds a line to a log of ours (0600), whole, as long as the log is shorter than `max`. Failures are left alone. */
void line_append(const char *path, const char *line, size_t max);

#endif
