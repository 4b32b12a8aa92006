#include "rules/awake.h"

#include <string.h>

#include "rules/rows.h"

bool awake_known(const struct runtime *runtime, const char *boot) {
    return runtime->spawned_tick > 0 && boot[0] && strcmp(runtime->tick_boot, boot) == 0;
}

int64_t awake_between(int64_t then, int64_t tick) {
    return then > 0 && tick > then ? tick - then : 0;
}
