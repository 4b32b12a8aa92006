#ifndef MC_GIT_SETTINGS_H
#define MC_GIT_SETTINGS_H

#include <stdbool.h>

#include "host/git.h"

struct text;

/* Which of its many settings git takes from nobody, and which from the person alone. `tree` (or NULL) has settings of
 * its own. 78 where the files cannot be read. */
bool git_settings_read(struct git_settings *settings, const struct git *git, const struct git_tree *tree,
                       struct err *err);
/* Adds what `git config -z --show-scope --list` says. */
void git_settings_note(struct git_settings *settings, const struct text *listing);
void git_settings_release(struct git_settings *settings);

/* What the repository's own file of settings looks like now. */
void git_stamp_take(struct git_stamp *stamp, const struct git *git);

#endif
