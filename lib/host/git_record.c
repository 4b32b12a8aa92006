#include "host/git_record.h"

#include "base/err.h"

enum { RECORD_MAX = 65536 };

bool git_records_take(void *context, const char *bytes, size_t n, struct err *err) {
    struct git_records *records = context;
    records->part.max = RECORD_MAX;
    while (n > 0) {
        const char *nul = memchr(bytes, '\0', n);
        size_t width = nul != NULL ? (size_t)(nul - bytes) : n;
        if (!text_addn(&records->part, bytes, width))
            return err_set(err, MC_UNAVAILABLE, "git has printed a name longer than %d bytes", RECORD_MAX);
        if (nul == NULL)
            return true;
        if (!records->each(records->context, text_str(&records->part), err))
            return false;
        text_clear(&records->part);
        bytes += width + 1;
        n -= width + 1;
    }
    return true;
}

void git_records_release(struct git_records *records) {
    text_release(&records->part);
}
