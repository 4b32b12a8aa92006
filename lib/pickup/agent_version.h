#ifndef MC_AGENT_VERSION_H
#define MC_AGENT_VERSION_H

#include "rules/agent_version.h"

struct argv;
struct work;

/* Which version of its agent stands behind a program: by the package it lies in (its package.json, or a file that is
 * called by its version), else by what `--version` prints, within a time limit and remembered beside the board until
 * the program changes, for a day at most. Not known: not known. */
struct agent_version agent_version_find(const struct work *work, const char *program, const struct argv *env);

#endif
