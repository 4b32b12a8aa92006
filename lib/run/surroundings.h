#ifndef MC_SURROUNDINGS_H
#define MC_SURROUNDINGS_H

#include <stdbool.h>

struct err;
struct profile;
struct site;

/* What an agent runs in (SPEC section 7): its program and its PATH. */
struct surroundings {
    char *program; /* absolute; a link is not followed: its own folder may be what matters */
    char *path;
    char *wanted; /* what was looked for in vain, as it is named: the command or its interpreter */
};

/* Looks for the agent's program and for what its first line says runs it. The PATH is the profile's own or ours, in its
 * order; the folder beside the program, and that of mc-ticket, are put behind it where what is needed would not be
 * found. False (69): what is missing, and what to do. surroundings_release in any case. */
bool surroundings_find(const struct site *site, const struct profile *profile, struct surroundings *found,
                       struct err *err);
void surroundings_release(struct surroundings *found);

#endif
