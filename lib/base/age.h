#ifndef MC_AGE_H
#define MC_AGE_H

#include <stdint.h>

/* How long something took or is ago, for people: "42 s", "3 min", "5 h", "12 d"; a minute is one up to an hour, an hour
 * one up to two days. Below 0 (a clock went back) it is "0 s". */
enum { AGE_SIZE = 32 };
void age_words(int64_t ms, char out[AGE_SIZE]);

#endif
