#ifndef MC_EXHAUSTED_H
#define MC_EXHAUSTED_H

/* There is no memory: says so in one line and ends the program with 71; nothing is undone but what the kernel and the
 * database undo. */
_Noreturn void exhausted(void);

/* From now on that is no failure: these words (the caller keeps them) on standard output, and 0. */
void exhausted_well(const char *words);

#endif
