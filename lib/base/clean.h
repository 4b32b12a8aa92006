#ifndef MC_CLEAN_H
#define MC_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

/* Hostile text made safe for a terminal and a prompt (SPEC section 8): CRLF becomes LF, a lone CR becomes LF,
 * every C0 control but newline and tab, DEL and C1 (U+0080 to U+009F) are removed, invalid UTF-8 becomes U+FFFD. */
void clean_text(struct text *out, const char *bytes, size_t n);

/* The same for one line: newlines and tabs become blanks, runs of blanks one, ends trimmed, cut to at most `max`
 * bytes at a character's border with "…" when cut (max 0: no limit). */
void clean_line(struct text *out, const char *bytes, size_t n, size_t max);

/* For messages and logs: printable UTF-8 stays, everything else becomes \n, \t, \\ or \xHH. */
void clean_escape(struct text *out, const char *bytes, size_t n);

/* The same of a message to be said: what is longer than 2,000 bytes without its middle, for what to do stands at its
 * end. A word of a command line may be as long as the kernel hands over. */
void clean_said(struct text *out, const char *s);

/* The character at the start of n > 0 bytes: its length and code point. What is not UTF-8 (overlong, surrogate, beyond
 * U+10FFFF, cut off) gives the length of the bad part, U+FFFD, and valid = false. */
size_t clean_character(const char *bytes, size_t n, bool *valid, uint32_t *point);

/* A control character, or one that turns the direction of a line or ends it: what shows it does not read as it is. */
bool clean_is_hidden(uint32_t point);

/* What clean_text or clean_line has made, without what is hidden in it, for a person to read as it is. */
void clean_shown(struct text *out, const char *clean, size_t n);

bool clean_is_utf8(const char *bytes, size_t n);

#endif
