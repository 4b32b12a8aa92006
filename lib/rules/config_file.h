#ifndef MC_CONFIG_FILE_H
#define MC_CONFIG_FILE_H

#include <stddef.h>

#include "rules/config_expand.h"

/* A configuration file that was read from somewhere, and the environment its paths are of. */
struct config_file {
    const char *name;
    const char *bytes;
    size_t n;
    config_lookup *lookup;
};

#endif
