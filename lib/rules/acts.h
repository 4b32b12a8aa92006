#ifndef MC_ACTS_H
#define MC_ACTS_H

#include <stdbool.h>

struct argv;

/* Who may do what (SPEC section 15): whoever says that work is good, that it is to go on or to stop, answers for it,
 * and that is no agent, unless agents_may names the command. Everything else is everybody's. */
enum act_whose {
    ACT_EVERYBODYS,
    ACT_AT_WORK, /* the same, but no agent's whose run is over: nor is any below, whatever agents_may says */
    ACT_OWN,     /* an agent's on its own ticket, else a person's */
    ACT_PERSONS
};
enum act_whose act_whose(const char *command);

/* The commands that are not everybody's, NULL at the end: the words of agents_may. */
extern const char *const act_names[];

/* May an agent do it, as far as its ticket does not decide? `may`: agents_may. */
bool act_open_to_agents(const char *command, const struct argv *may);

#endif
