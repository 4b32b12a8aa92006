#include "rules/awake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rules/rows.h"

bool awake_known(const struct runtime *runtime, const char *boot) {
    return runtime->spawned_tick > 0 && boot[0] && strcmp(runtime->tick_boot, boot) == 0;
}

int64_t awake_between(int64_t then, int64_t tick) {
    return then > 0 && tick > then ? tick - then : 0;
}

void awake_mark(char out[AWAKE_MARK_SIZE], const struct tick *now) {
    snprintf(out, AWAKE_MARK_SIZE, "%" PRId64 " %.40s", now->ms, now->boot);
}

int64_t awake_read(const char *mark, const struct tick *now) {
    int64_t then = 0;
    char boot[40] = "", more;
    bool whole = mark && sscanf(mark, "%18" SCNd64 " %39[0-9a-f-]%c", &then, boot, &more) == 2;
    return whole && strcmp(boot, now->boot) == 0 && then > 0 && then <= now->ms ? then : 0;
}
