#ifndef MC_SIZE_H
#define MC_SIZE_H

#include <stdint.h>

/* So many bytes, for people: "12 KiB" up to a MiB, "340 MiB" up to ten GiB, "12 GiB". */
enum { SIZE_SIZE = 32 };
void size_words(int64_t bytes, char out[SIZE_SIZE]);

#endif
