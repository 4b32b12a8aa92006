#ifndef MC_SURROUNDINGS_H
#define MC_SURROUNDINGS_H

#include <stdbool.h>

struct argv;
struct work;

/* What an agent runs in (SPEC section 7): its program, its PATH, its environment. */
struct surroundings {
    char *program; /* absolute; a link is not followed: its own folder may be what matters */
    char *path;
};

/* Looks for the agent's program and for what its first line says runs it. The PATH is the profile's own or ours, in its
 * order; the folder beside the program, and that of mc-ticket, are put behind it where what is needed would not be
 * found. False: the work's verdict (no_agent) says what is missing. */
bool surroundings_find(struct work *work, struct surroundings *found);
void surroundings_release(struct surroundings *found);

void surroundings_environment(const struct work *work, const struct surroundings *found, struct argv *env);

#endif
