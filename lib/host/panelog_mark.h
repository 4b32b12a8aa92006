#ifndef MC_PANELOG_MARK_H
#define MC_PANELOG_MARK_H

#include <stdbool.h>
#include <stdint.h>

/* Where the last turn begins in a pane log: what healing needs when the turn's pickup has died is right behind it, so
 * whoever writes the log keeps that. In a file beside the log, "pane.log.mark", without a flush; that it is missing or
 * wrong costs nothing but that part of the log. */
void panelog_mark_put(const char *log, int64_t offset);
bool panelog_mark_get(const char *log, int64_t *offset);

#endif
