#ifndef MC_GIT_REMOTE_H
#define MC_GIT_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/git.h"

struct text;

/* What goes over the network, and what a person asks of a branch. */

/* Never by force, no other ref, no tags. */
struct git_pushing {
    const char *remote, *branch;
    int64_t timeout_ms;
    const char *commit; /* git_push: what the branch there is to be; NULL: what the one here is */
};
bool git_push(const struct git *git, const struct git_pushing *pushing, struct err *err);

/* The addresses that a push to it goes to, a line each, by all settings that there are. Hostile text. */
bool git_push_address(const struct git *git, const char *remote, struct text *lines, struct err *err);

/* remote/branch brought up to date. */
bool git_fetch(const struct git *git, const struct git_pushing *fetching, struct err *err);

/* The same, where it is there; *there false: the remote has answered that it is not. */
bool git_fetch_any(const struct git *git, const struct git_pushing *fetching, bool *there, struct err *err);

/* How many commits `to` has that `from` has not; and what they change. */
struct git_span {
    const char *from, *to;
    int64_t timeout_ms; /* of each of these; 0: git_run's own */
};
bool git_beyond(const struct git *git, const struct git_span *span, int64_t *commits, struct err *err);

struct git_stat {
    int64_t files, added, removed; /* lines; of binary files none */
};
bool git_diffstat(const struct git *git, const struct git_span *span, struct git_stat *stat, struct err *err);

bool git_stat_read(struct git_stat *stat, const struct text *numstat, struct err *err); /* what git says of it, -z */

/* A patch as people read it, at most output_max bytes, into the sink; no external diff, no textconv. */
bool git_diff(const struct git *git, const struct git_span *span, const struct git_sink *sink, struct err *err);

#endif
