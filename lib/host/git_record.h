#ifndef MC_GIT_RECORD_H
#define MC_GIT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct err;

/* What git prints with -z, one record at a time, wherever its pieces are cut; for a git_sink. */
struct git_records {
    bool (*each)(void *context, const char *record, struct err *err);
    void *context;
    struct text part;
};
bool git_records_take(void *records, const char *bytes, size_t n, struct err *err);
void git_records_release(struct git_records *records);

#endif
