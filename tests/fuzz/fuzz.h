#ifndef MC_FUZZ_H
#define MC_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* What a driver is made of: one function that hands bytes that are not ours to what reads them, and says what holds
 * whatever they are. libFuzzer calls it (tests/fuzz/run), and the suite, with every file of its corpus. */
void fuzz_one(const char *bytes, size_t n);

/* How input of this kind grows: what stands before, between and behind its repetitions; of one in parts the last is
 * repeated. Twice the bytes may cost twice the work, and not more. */
struct fuzz_shape {
    const char *head, *between, *tail;
    bool parts;
};
extern const struct fuzz_shape fuzz_shape;

/* A promise. Says which was broken, and ends the program. */
#define HOLDS(promise) ((promise) ? (void)0 : fuzz_broken(#promise, __FILE__, __LINE__))
_Noreturn void fuzz_broken(const char *promise, const char *file, int line);

/* All of it, as one string up to its first NUL. */
char *fuzz_string(const char *bytes, size_t n);

/* All of it, with nothing behind it: a sanitizer sees who reads on. */
char *fuzz_copy(const void *bytes, size_t n);

/* The same words, or none of both. */
bool fuzz_same(const char *a, const char *b);

/* Nothing in it can steer a terminal: newlines and tabs alone of all controls, and only whole characters. */
void fuzz_is_clean(const char *s, size_t n);

/* The same for one line. */
void fuzz_is_line(const char *s);

/* Nothing in it is there without being seen. */
void fuzz_is_shown(const char *s, size_t n);

#endif
