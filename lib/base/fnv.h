#ifndef MC_FNV_H
#define MC_FNV_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits: it tells one text from another, and guards against nobody. Begins with FNV_BEGIN; what is added in
 * pieces sums up to the same. Sums are kept on boards and in notes: it stays as it is. */
#define FNV_BEGIN UINT64_C(0xcbf29ce484222325)
uint64_t fnv_add(uint64_t sum, const char *bytes, size_t n);

#endif
