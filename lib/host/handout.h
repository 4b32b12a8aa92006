#ifndef MC_HANDOUT_H
#define MC_HANDOUT_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* What we hand to an agent as a file inside its own working directory, in a folder of ours there, ".mc-pickup": the
 * file tools of some agents read nothing outside, and git sees nothing of it, unless a .gitignore of somebody else's
 * stands there: that stays as it is. The agent may write there, and may have put anything in the way: no link is
 * followed. */
struct handout {
    const char *name; /* prompt-01234567.md, new each time */
    const char *bytes;
    size_t n;
};

/* Its absolute path, as a new string. */
char *handout_path(const char *dir, const char *name);

/* Is that path in a working directory one of a prompt of ours? It is no work of anybody's. */
bool handout_is(const char *path);

/* A new 0600 file. What is in the way is left there: 73, 77 when it is a link or another user's; 74 when the disk is
 * full. */
bool handout_put(const char *dir, const struct handout *handout, struct err *err);

/* Is that failure due to what stands there, and not to the machine? */
bool handout_in_the_way(const struct err *err);

/* Removes the prompt files but this one (NULL: all), and nothing that is called otherwise; failures are left alone. */
void handout_clear(const char *dir, const char *keep);

#endif
