#ifndef MC_PAST_H
#define MC_PAST_H

#include <stdbool.h>

struct err;
struct text;
struct work;

/* What came of the work's ticket before this run, for its prompt (rules/story.h); "" where no agent has worked on it.
 * `spoken`: something that people say goes along. */
bool past_tell(const struct work *work, bool spoken, struct text *story, struct err *err);

#endif
