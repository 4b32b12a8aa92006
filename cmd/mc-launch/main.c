/* mc-launch FILE: becomes the agent that FILE describes (host/launch.h). It is what tmux starts, so that the pane's
 * pid is the agent's, and neither environment nor prompt is in an argument list. What it hands on is the pickup's
 * caller's, not the tmux server's: that one's are of whoever came first. With more words it is the other side of
 * host/there.h. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/exhausted.h"
#include "host/files.h"
#include "host/launch.h"
#include "host/spawn.h"
#include "host/there.h"

enum { EXIT_NOT_RUN = 126, EXIT_NOT_FOUND = 127 };

/* tmux 3.3a may lose what a process prints in the moment of its end. */
enum { LAST_WORDS_MS = 200 };

static int become(struct launch_order *order) {
    const char *program = order->argv.items[0];
    int error;
    if (chdir(order->cwd) != 0) {
        fprintf(stderr, "mc-launch: %s: cannot enter this directory: %s\n", order->cwd, strerror(errno));
        return EXIT_NOT_RUN;
    }
    spawn_default_signals();
    umask(order->umask);
    limits_apply(&order->limits);
    execve(program, order->argv.items, order->env.items);
    error = errno;
    fprintf(stderr, "mc-launch: %s: cannot be run: %s\n", program, strerror(error));
    return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
}

int main(int argc, char **argv) {
    struct launch_order order;
    struct err err = {0};
    bool read;
    int status = EXIT_NOT_RUN;
    exhausted_as("mc-launch", NULL);
    spawn_close_descriptors();
    if (argc > 2 && (status = there_answer(argc, argv)) != MC_USAGE)
        return status;
    if (argc != 2) {
        fprintf(stderr, "usage: mc-launch FILE\n");
        return MC_USAGE;
    }
    read = launch_read(&order, argv[1], &err);
    if (!read)
        fprintf(stderr, "mc-launch: %s\n", err.text);
    /* The pickup takes the file away when it gives the start up: then nothing is started any more. */
    if (read && files_take(argv[1]))
        status = become(&order);
    else if (read)
        fprintf(stderr, "mc-launch: %s: taken away meanwhile, so nothing is started\n", argv[1]);
    else if (err.code == MC_DATAERR)
        files_remove(argv[1]);
    launch_order_release(&order);
    err_release(&err);
    clock_sleep(LAST_WORDS_MS);
    return status;
}
