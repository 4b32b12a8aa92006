#ifndef MC_LINE_H
#define MC_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Adds a line to a log of ours (0600), whole, as long as the log is shorter than `max`. False: it was not added. */
bool line_append(const char *path, const char *line, size_t max);

#endif
