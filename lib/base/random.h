#ifndef MC_RANDOM_H
#define MC_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The kernel's randomness (getrandom); ends the program with 71 when there is none. */
uint32_t random_number(void);

/* `digits` lower-case hex digits and a NUL: out has room for digits + 1. A run id has RUN_ID_DIGITS (128 bit). */
enum { RUN_ID_DIGITS = 32 };
void random_hex(char *out, size_t digits);

#endif
