#ifndef MC_HTML_H
#define MC_HTML_H

#include <stddef.h>

struct text;

/* The only way of text into a page: what stands there is seen as it is, between tags and in a quoted attribute, in HTML
 * and in XML alike. & < > " ' are written as references; controls but newline and tab, and what turns the direction of
 * a line, ends one or is not to be seen, become signs that are ("␛", "[U+202E]"); what is no character becomes U+FFFD.
 */
void html_text(struct text *out, const char *bytes, size_t n);

/* The same for one line: newlines and tabs become blanks; for many: at most `lines` of at most `width` characters, of
 * more the last. What was left away is "…". NULL is nothing. */
void html_line(struct text *out, const char *s);
struct html_block {
    const char *bytes;
    size_t n, lines, width;
};
void html_block(struct text *out, const struct html_block *block);

/* Markup, with what is put into it as text: every %s is a html_line. Beside it %lld, %d, %zu and %% alone. */
void html_add(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
