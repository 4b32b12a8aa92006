#ifndef MC_PATTERN_H
#define MC_PATTERN_H

#include <stdbool.h>

/* Would this extended regular expression take too much memory to be compiled, or, as one that refers back does, too
 * much time to be matched with what others write? glibc writes out what is repeated: a+ as aa*,
 * a{9} nine times, and repeats of repeats once for each; "a" with thirty + behind it takes gigabytes. To be asked
 * before regcomp of a pattern that a configuration has. */
bool pattern_is_heavy(const char *pattern);
extern const char pattern_heavy_words[];

#endif
