#ifndef MC_CUE_H
#define MC_CUE_H

/* The words of a sample's line that say how things are. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct { char *line; } cue;

static inline void cue_begin(const char *bytes, size_t n) {
    cue.line = xstrndup(bytes, n);
}

static inline void cue_end(void) {
    free(cue.line);
    cue.line = NULL;
}

/* Is the word there, alone or with "=VALUE" or ":VALUE"? What stands behind its sign, or "". */
static inline const char *cue_word(const char *word) {
    size_t n = strlen(word);

    for (const char *at = cue.line; (at = strstr(at, word)) != NULL; at += n)
        if ((at == cue.line || at[-1] == ' ') && strchr(" =:", at[n]))
            return at[n] == '\0' || at[n] == ' ' ? "" : at + n + 1;
    return NULL;
}

static inline bool cue_has(const char *word) {
    return cue_word(word) != NULL;
}

static inline int64_t cue_number(const char *word, int64_t usual) {
    const char *value = cue_word(word);

    return value ? strtoll(value, NULL, 10) : usual;
}

#endif
