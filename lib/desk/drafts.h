#ifndef MC_DRAFTS_H
#define MC_DRAFTS_H

#include <stddef.h>

struct argv;
struct site;

/* The texts of edits that did not end, were refused, or are being written: those of one ticket by its key (NULL: of
 * all), the first by name. What a person wrote is told of until a person has removed it. */
enum { DRAFTS_MOST = 100 };
void drafts_find(const struct site *site, const char *key, struct argv *paths);

/* "/…/edit/MC-2.1f0c9a7b.md: what was written …; …", as a new string. */
char *drafts_words(const char *path);

#endif
