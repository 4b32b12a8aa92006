#ifndef MC_EXHAUSTED_H
#define MC_EXHAUSTED_H

#define EXHAUSTED_WORDS "out of memory: nothing more was done; free some memory and try again"

/* There is no memory: says so in one line and ends the program with 71; nothing is undone but what the kernel and the
 * database undo. */
_Noreturn void exhausted(void);

/* From now on in this program's name, and with `answer` on standard output, too (NULL: nothing); the caller keeps both.
 * First thing in every program. */
void exhausted_as(const char *program, const char *answer);

/* From now on that is no failure: these words (the caller keeps them) on standard output, and 0. */
void exhausted_well(const char *words);

#endif
