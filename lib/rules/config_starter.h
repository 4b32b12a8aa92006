#ifndef MC_CONFIG_STARTER_H
#define MC_CONFIG_STARTER_H

struct argv;
struct text;

/* The commented file that `mc-ticket init` writes. folders: what becomes `path`; none: it stays a comment. agents:
 * names of built-in profiles found there with the absolute path of each, pairwise (name, path, name, path …); the first
 * found becomes a commented-out suggestion for `profile`, never active by itself. What it writes reads back without an
 * error. */
void config_starter(struct text *out, const char *database, const struct argv *folders, const struct argv *agents);

#endif
