#ifndef MC_INTERRUPT_H
#define MC_INTERRUPT_H

#include <stdbool.h>

/* Between the two a person's Ctrl-C, and what else asks a program to end (HUP, TERM, QUIT), waits: for one that has
 * something to undo. Afterwards what came ends it as ever. */
void interrupt_hold(void);
void interrupt_release(void);
bool interrupt_came(void);

#endif
