#ifndef MC_TYPO_H
#define MC_TYPO_H

/* How far what was typed is from what may be meant: letters to change, to add, to leave out, or two to swap; the
 * beginning of a word is one step from it. TYPO_FAR: nobody has meant that. */
enum { TYPO_FAR = 99 };
int typo_distance(const char *typed, const char *meant);

#endif
