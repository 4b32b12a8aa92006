#ifndef MC_WIDTH_H
#define MC_WIDTH_H

#include <stddef.h>

/* The columns that a terminal takes for a clean line of UTF-8 (base/clean.h): wide characters two, marks that stand on
 * others none, a family of emoji joined by U+200D what its first takes. By the C library's own table of Unicode; what
 * that does not know takes one. */
size_t width_of(const char *line);

/* How many bytes of its start take at most `columns`, and how many columns these take. No mark is cut off the character
 * it stands on. */
size_t width_cut(const char *line, size_t columns, size_t *taken);

#endif
