#ifndef MC_MEM_H
#define MC_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Memory or the end: out of memory prints one line and ends the program with 71 (transactions roll back).
 * Nothing (0) is given room, too: never NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s); /* NULL gives NULL */
char *xstrndup(const char *s, size_t n);

/* A new string by a printf format; the caller frees it. */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Overwrites a secret; no compiler leaves it out as a dead store. NULL with 0 is fine. */
void xwipe(void *bytes, size_t n);

/* Frees *slot and puts a copy of s (or NULL) there. s may be *slot itself. */
void xreplace(char **slot, const char *s);

/* Room for one more element: grows *items (element size `size`) when count has reached *capacity. */
void *xgrow(void *items, size_t count, size_t *capacity, size_t size);

#endif
