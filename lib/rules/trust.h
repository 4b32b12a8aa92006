#ifndef MC_TRUST_H
#define MC_TRUST_H

#include <stdbool.h>

#include "rules/report_agent.h"

struct profile;

/* Agents ask once for each folder whether it is to be trusted. What a person does so that one asks no more for any
 * worktree of a repository, one sentence without its full stop (measured: claude 2.1, codex 0.169, gemini 0.61, qwen
 * 0.15); NULL: it never asks. */
const char *trust_how(enum report_agent agent);

/* Does it ask as its built-in profile starts it? */
bool trust_asks(enum report_agent agent);

/* Which agent a profile starts: by its name, its reports or its command; REPORT_NONE: it cannot be told. */
enum report_agent trust_agent(const struct profile *profile);

/* What a person does about the dialog on this screen, a new string, when it is a question of trust; NULL: it is
 * another. */
char *trust_next(const struct profile *profile, const char *screen, const char *key);

#endif
