#ifndef MC_SETTINGS_H
#define MC_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct config;
struct profile;

/* Those that were asked for. */
struct settings_list {
    struct settings *items;
    size_t count;
};

/* What is kept of the configuration with a run (rules/config_settings.h), read into one that config_defaults has
 * filled. False, and it is as before: there are none, or they cannot be read (another version's). */
bool settings_read(struct config *config, const char *file);

/* The profile that is kept there; NULL: none of this name is. It is the list's. */
const struct profile *settings_profile(struct settings_list *list, const char *file, const char *name);
void settings_list_release(struct settings_list *list);

#endif
