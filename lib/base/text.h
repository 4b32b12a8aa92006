#ifndef MC_TEXT_H
#define MC_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A growable byte string with a ceiling. Zeroed is empty with the ceiling TEXT_MAX. `data` is NUL-terminated once
 * anything was added (use text_str for an empty one). What would pass the ceiling is not added at all, `over` is
 * set and stays set until text_clear: truncation is the caller's error, never silent. */
enum { TEXT_MAX = 16 * 1024 * 1024 };

struct text {
    char *data;
    size_t len;
    size_t cap;
    size_t max; /* 0 means TEXT_MAX */
    bool over;
};

bool text_add(struct text *text, const char *s);
bool text_addn(struct text *text, const char *bytes, size_t n);
bool text_addc(struct text *text, char c);
bool text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool text_quote(struct text *text, const char *word); /* as one word of a POSIX shell, always in quotes */
bool text_word(struct text *text, const char *word);  /* the same, in quotes where it needs them */
void text_clear(struct text *text);                   /* empty, keeps its memory and ceiling */
const char *text_str(const struct text *text);        /* never NULL */
char *text_take(struct text *text);                   /* the caller's now, never NULL; the text is empty after */
void text_release(struct text *text);

/* Whole numbers, checked: digits only, no sign but an optional '-' , no blanks, inside [low, high]. */
bool text_to_int(const char *s, long long low, long long high, long long *value);

bool text_digit(char c); /* 0 to 9, in every locale */

/* Equal; NULL equals nothing, not even NULL. */
bool text_same(const char *a, const char *b);

bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *ending);

/* The last part of a path: what stands behind its last slash, else all of it. */
const char *text_name(const char *path);

/* strlcpy's contract: copies what fits, always terminates, returns false when it did not fit. */
bool text_copy(char *to, size_t size, const char *from);

#endif
