#ifndef MC_LAUNCH_H
#define MC_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/argv.h"
#include "host/limits.h"

struct err;
struct text;

/* The launch file: how an agent is started without its environment or prompt standing in tmux's arguments, and with the
 * umask and limits of the pickup's caller instead of the tmux server's. 0600; records end with NUL: "mc-launch 2", cwd,
 * umask, count of limits, soft, hard…, count of env, env…, count of argv, argv…, numbers in decimal. mc-launch reads
 * it, removes it and becomes the agent. */
struct launch {
    const char *cwd;         /* absolute */
    const struct argv *env;  /* NAME=VALUE, whole */
    const struct argv *argv; /* [0] an absolute path */
    mode_t umask;
    struct limits limits;
};
struct launch_order {
    char *cwd;
    struct argv env, argv;
    mode_t umask;
    struct limits limits;
};

/* A new file; 73 when something is there, 65 when the launch would not be read back. */
bool launch_write(const char *path, const struct launch *launch, struct err *err);

/* 66 not there; 77 not ours, a link, or open to others; 65 not a launch file. The file stays. */
bool launch_read(struct launch_order *order, const char *path, struct err *err);
const char *launch_parse(struct launch_order *order, const struct text *bytes); /* NULL, or what is wrong with them */
void launch_order_release(struct launch_order *order);

#endif
