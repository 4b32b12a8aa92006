#include "host/panelog_mark.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/output.h"
#include "host/own.h"

enum { DIGITS = 19 };

static char *mark_file(const char *log) {
    return xasprintf("%s.mark", log);
}

void panelog_mark_put(const char *log, int64_t offset) {
    char *path = mark_file(log);
    int fd = own_open(path, O_WRONLY);
    char line[DIGITS + 2];

    free(path);
    if (fd < 0)
        return;
    snprintf(line, sizeof line, "%0*lld\n", DIGITS, (long long)offset);
    if (!output_write(fd, line, DIGITS + 1)) /* half a number is none */
        (void)!ftruncate(fd, 0);
    close(fd);
}

bool panelog_mark_get(const char *log, int64_t *offset) {
    char *path = mark_file(log);
    char line[DIGITS + 1];
    long long value;
    bool read = files_head(path, line, DIGITS) == DIGITS;

    free(path);
    line[DIGITS] = '\0';
    if (!read || !text_to_int(line, 0, INT64_MAX, &value))
        return false;
    *offset = value;
    return true;
}
