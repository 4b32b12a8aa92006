#ifndef MC_DIALECT_FILL_H
#define MC_DIALECT_FILL_H

#include <stdbool.h>

/* The {name}s of a dialect's strings. {message} is for bodies only; {run} and {run_id} are the same. */
enum fill { FILL_URL, FILL_HEADER, FILL_BODY };

/* "what: {nmae} is not known" in a new string; NULL when every {name} in the string is. */
char *dialect_fill_error(const char *what, const char *string, enum fill fill);

/* Does a dialect's pattern (ERE, bytewise, any case) stand in the subject? No pattern: no. */
bool dialect_match(const char *pattern, const char *subject);

#endif
