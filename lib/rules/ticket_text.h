#ifndef MC_TICKET_TEXT_H
#define MC_TICKET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct argv;
struct err;
struct text;

/* What the texts of a ticket may be, whoever brings them: a command line, an editor, an import. A failure is a 65 that
 * begins with what it is ("the title …"), and then nothing is in `out`. */
enum ticket_line { TICKET_TITLE, TICKET_LABEL, TICKET_DEDUPE_KEY, TICKET_REASON, TICKET_LINE_COUNT };

/* One line, cleaned into `out`: white space of every kind becomes one blank and none at the ends, what nobody can see
 * is taken away. Refused: nothing that can be seen, several lines, control characters, no UTF-8, too long. */
bool ticket_line(struct text *out, enum ticket_line what, const char *s, struct err *err);

/* Labels as the board has them, with commas between, each once; `labels` may be empty. A label has no comma. */
bool ticket_labels(struct text *out, const struct argv *labels, struct err *err);

/* Is it a body or a text for an agent: UTF-8 of at most TICKET_TEXT_MAX bytes, without NUL? What else a prompt says has
 * room beside it in PROMPT_MAX. */
enum { TICKET_TEXT_MAX = 1000000 };
bool ticket_body(const char *bytes, size_t n, struct err *err);

/* Is there anything in it that can be seen? */
bool ticket_text_seen(const char *s);

#endif
