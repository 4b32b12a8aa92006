#ifndef MC_CONFIG_SEARCH_H
#define MC_CONFIG_SEARCH_H

#include <stdbool.h>

struct config_place;

/* Reads a PATH, as one string or as a list of folders; every member is expanded and must be absolute. */
bool key_read_search(const struct config_place *at);

#endif
