#ifndef MC_PANELOG_DRAW_H
#define MC_PANELOG_DRAW_H

#include <stdbool.h>

struct panelog_screen;
struct panelog_token;

/* Does to a screen what a program has said; `last` is the last character that it showed, for those that repeat it. */
void panelog_draw(struct panelog_screen *screen, const struct panelog_token *token, unsigned *last);

/* Will all that is shown go? */
bool panelog_clears(const struct panelog_screen *screen, const struct panelog_token *token);

/* May rows be moved away by it? */
bool panelog_scrolls(const struct panelog_screen *screen, const struct panelog_token *token);

#endif
