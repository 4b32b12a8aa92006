#ifndef MC_PREPARE_H
#define MC_PREPARE_H

#include <stdbool.h>

struct err;
struct site;
struct work;

/* A template of the user's own is looked at before a ticket is claimed for it: 78 when it is missing or wrong. */
bool prepare_check(const struct site *site, struct err *err);

/* The prompt of this turn from the board: a first turn's work prompt with the notes that go along, or a later turn's
 * text. Over prompt_inline_max it goes to a file in the agent's working directory (host/handout.h) and the turn says to
 * read it. False: the work's verdict says why. */
bool prepare_prompt(struct work *work, struct err *err);

/* Removes the prompt files of earlier turns, once no agent can be at them any more. */
void prepare_tidy(const struct work *work);

/* The ticket's private directory, the run's own with the pane log, what its agent's signal will need, and the launch
 * file. False: the verdict says why. */
bool prepare_place(struct work *work);

#endif
