#ifndef MC_EDITOR_H
#define MC_EDITOR_H

#include <stdbool.h>

struct err;

/* Is there a person at a terminal, whom an editor may ask? */
bool editor_terminal(void);

/* Lends the terminal to $VISUAL, $EDITOR or vi (split at blanks, no shell) with the file behind, until it ends. False:
 * 69 where it is nowhere, cannot be run or fails. */
bool editor_edit(const char *path, struct err *err);

#endif
