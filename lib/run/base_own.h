#ifndef MC_BASE_OWN_H
#define MC_BASE_OWN_H

#include <stdbool.h>

#include "run/base.h"

struct site;

/* base_resolve, and where no base is configured: never a ticket's own branch, which a person has checked out to look at
 * it. The one that was the base before is it then, as the setting "base:NAME" has it; 78 where there was none. */
struct base_asked {
    struct site *site;
    const struct git *git;
    const struct workspace *workspace;
};
bool base_find(const struct base_asked *asked, struct base *base, struct err *err);

#endif
