#ifndef MC_OUTPUTS_H
#define MC_OUTPUTS_H

#include <stdbool.h>

struct err;
struct site;

/* May a file that somebody asked for (-o, `page`) stand at this place? Not where it would replace what a board lives
 * by: the board, its log, the configuration and what that names, the agents' places, the notes beside the board, a
 * repository's inside, or any board at all. Links are followed. 64; nothing was touched. */
bool outputs_may(const struct site *site, const char *path, struct err *err);

/* The same of the key `page`; true where it is not set. 78. */
bool outputs_page_may(const struct site *site, struct err *err);

#endif
