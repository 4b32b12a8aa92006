/* File systems that cannot be had in a test: LD_PRELOAD=$MC_STATFS_SHIM MC_STATFS_TYPE=6969 MC_STATFS_LOG=FILE … gives
 * every path that hexadecimal f_type, and adds a line to FILE for each call. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int statfs(const char *path, struct statfs *kind) {
    const char *type = getenv("MC_STATFS_TYPE"), *log = getenv("MC_STATFS_LOG");
    int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    int failed = (int)syscall(SYS_statfs, path, kind);

    if (fd >= 0) {
        (void)!write(fd, path, strlen(path));
        (void)!write(fd, "\n", 1);
        close(fd);
    }
    if (!failed && type)
        kind->f_type = (__fsword_t)strtoul(type, NULL, 16);
    return failed;
}
