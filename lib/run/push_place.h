#ifndef MC_PUSH_PLACE_H
#define MC_PUSH_PLACE_H

#include <stdbool.h>

struct err;
struct git;
struct site;
struct text;
struct workspace;

/* Where "push" of a workspace leads: agents may write the repository's settings, and lead it elsewhere. What it leads
 * to is written down (setting remote:NAME) before the first agent starts, and kept to from then on; a person confirms
 * another address by "push_url". Outside a transaction. */
struct push_way {
    struct site *site;
    const struct git *git;
    const struct workspace *workspace;
};

/* Written down where nothing is yet. A remote that is not there is no failure here. */
bool push_place_note(const struct push_way *way, struct err *err);

/* *place: the address as it may be told. False: it leads elsewhere (69), or the board failed. */
bool push_place_check(const struct push_way *way, struct text *place, struct err *err);

#endif
