#ifndef MC_KEPT_H
#define MC_KEPT_H

#include <stdbool.h>

struct board;
struct err;
struct run;
struct run_list;

/* Under which name what is kept of a run is in the repository: new string. */
char *kept_ref(const char *key, const char *run_id);

/* Was what is kept of a run kept only when that later one had begun, which is without it then? Where no agent was
 * started in the run nothing of it is missed. */
struct kept_late {
    const struct run *run, *later;
};
bool kept_late(struct board *board, const struct kept_late *asked, bool *late, struct err *err);

/* Has a later one of its ticket's runs begun in its workspace? */
bool kept_overtaken(const char *run_id, const struct run_list *runs);

#endif
