#include "host/line.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/output.h"
#include "host/own.h"

bool line_append(const char *path, const char *line, size_t max) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    struct stat seen;
    bool done = fd >= 0 && own_opened(fd, &seen) && (size_t)seen.st_size < max && output_write(fd, line, strlen(line));

    if (fd >= 0)
        close(fd);
    return done;
}
