#ifndef MC_TICKET_FIT_H
#define MC_TICKET_FIT_H

#include <stddef.h>

/* The columns and lines of the terminal behind standard output; 0: it is none. */
size_t fit_columns(void);
size_t fit_lines(void);

/* What came from the board as one line that reads as it is: clean, and nothing in it turns its direction. New string.
 */
char *fit_line(const char *s);

/* Prints a line that came from the board, safe for a terminal, in at most `columns` of them (0: no limit), "…" at its
 * end where it was cut. Returns how many it took. */
size_t fit_print(const char *line, size_t columns);

/* How many it would take uncut. */
size_t fit_width(const char *line);

#endif
