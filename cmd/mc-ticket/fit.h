#ifndef MC_TICKET_FIT_H
#define MC_TICKET_FIT_H

#include <stddef.h>

/* The columns and lines of the terminal behind standard output; 0: it is none. */
size_t fit_columns(void);
size_t fit_lines(void);

/* What came from the board as one line that reads as it is: clean, and nothing in it turns its direction. New string.
 */
char *fit_line(const char *s);

#endif
