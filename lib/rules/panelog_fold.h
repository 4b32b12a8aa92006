#ifndef MC_PANELOG_FOLD_H
#define MC_PANELOG_FOLD_H

#include <stddef.h>

/* What a program wrote to its terminal, folded to the lines that a person would have read: each once, in order, as it
 * was in the end. What is drawn over in place (a spinner, a bar of progress, text that grows) is what it became; a line
 * is told when it has scrolled away. What vanishes with a cleared or an alternate screen is told too, unless what
 * stands there now is the same but for its figures and signs, or begins like it; what a program then draws again is
 * not. In linear time and bounded memory, whatever the bytes are; the lines are clean. */
struct panelog_fold;
typedef void panelog_line(void *context, const char *line);

struct panelog_fold *panelog_fold_new(size_t width, size_t height, panelog_line *line, void *context);
void panelog_fold_free(struct panelog_fold *fold); /* NULL is nothing */
void panelog_fold_add(struct panelog_fold *fold, const char *bytes, size_t n);

/* For somebody who waits for more: tells what has stood on the screen since this was last asked. */
void panelog_fold_rest(struct panelog_fold *fold);

/* Tells all that is on the screen; what follows goes on with it. */
void panelog_fold_tell(struct panelog_fold *fold);

/* Tells all that is on the screen, and begins anew with an empty one: what follows does not go on where it was. */
void panelog_fold_end(struct panelog_fold *fold);

#endif
