#ifndef MC_CONFIG_SETTINGS_H
#define MC_CONFIG_SETTINGS_H

struct config;
struct profile;
struct text;

/* What a signal needs, and how its agent's screen is read, as a configuration of its own: it is kept with the run, so
 * that one which breaks or changes while an agent works loses neither its word nor its reply. profile NULL: none; a
 * built-in one is always there. */
void config_settings(struct text *out, const struct config *config, const struct profile *profile);

#endif
