#ifndef MC_CONFIG_SETTINGS_H
#define MC_CONFIG_SETTINGS_H

struct config;
struct text;

/* What a signal needs, as a configuration of its own: it is kept with the run, so that one which breaks or changes
 * while an agent works does not lose the agent's word. */
void config_settings(struct text *out, const struct config *config);

#endif
