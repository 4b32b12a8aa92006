#ifndef MC_ANSWER_FOREIGN_H
#define MC_ANSWER_FOREIGN_H

#include <stdbool.h>

struct json;

/* Does an answer name another run or ticket than ours, in a field of that meaning or as a key in its words? NULL for
 * what we do not know. */
bool answer_names_other(const struct json *json, const char *ticket, const char *run_id);

/* The same for plain text: a ticket key with our prefix that is not ours. */
bool answer_words_name_other(const char *words, const char *ticket);

#endif
