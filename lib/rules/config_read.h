#ifndef MC_CONFIG_READ_H
#define MC_CONFIG_READ_H

#include <stdbool.h>

#include "rules/config_file.h"

struct config;
struct err;

/* Defaults alone. */
void config_defaults(struct config *config);

/* Reads the bytes of a configuration file into a config that config_defaults has filled. Every key is checked:
 * unknown keys, wrong types, values out of range, duplicate keys, patterns that do not compile, `workspace` (not in
 * this version) are error 78 "FILE:LINE: KEY: what is wrong and what is allowed". */
bool config_read(struct config *config, const struct config_file *file, struct err *err);

/* The same for who wants to know all that is wrong: each key that is wrong is left out, and what is said of it is a
 * fault. What is only wrong because of another is no fault of its own. False: it is no JSON object, the one fault says
 * why. */
struct argv;
bool config_read_around(struct config *config, const struct config_file *file, struct argv *faults);

#endif
