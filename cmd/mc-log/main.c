/* mc-log FILE MIB: writes what comes on its standard input, which is what an agent shows, to the end of its pane log
 * and keeps that within MIB (host/panelog_write.h). It is what tmux's pipe-pane runs. Neither an agent nor tmux ever
 * waits for the disk to have room again. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "base/exhausted.h"
#include "base/text.h"
#include "host/panelog_write.h"
#include "host/spawn.h"

enum { MIB = 1024 * 1024, MIB_MAX = 1024 * 1024 };

static bool is_more_there(void) {
    struct pollfd input = {.fd = 0, .events = POLLIN};

    return poll(&input, 1, 0) > 0;
}

/* What is there, waited for once. False: no more will come. */
static bool take(char *bytes, size_t *n) {
    *n = 0;
    do {
        ssize_t got = read(0, bytes + *n, PANELOG_PIECE - *n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        *n += (size_t)got;
    } while (*n < PANELOG_PIECE && is_more_there());
    return true;
}

static void write_all(struct panelog *log) {
    static char bytes[PANELOG_PIECE];
    size_t n;
    bool more;

    do {
        more = take(bytes, &n);
        panelog_add(log, bytes, n);
    } while (more);
}

int main(int argc, char **argv) {
    struct panelog log;
    struct err err = {0};
    long long mib;
    enum mc_exit status = MC_OK;

    exhausted_as("mc-log", NULL);
    spawn_close_descriptors();
    spawn_note_caller();
    (void)signal(SIGHUP, SIG_IGN); /* its end is the end of its input */
    if (argc != 3 || argv[1][0] != '/' || !text_to_int(argv[2], 1, MIB_MAX, &mib)) {
        fprintf(stderr, "usage: mc-log FILE MIB (FILE from the root)\n");
        return MC_USAGE;
    }
    if (chdir("/") != 0 || !panelog_open(&log, argv[1], mib * MIB, &err)) {
        fprintf(stderr, "mc-log: %s\n", err.text ? err.text : "/: cannot be entered");
        status = err.text ? err.code : MC_OSERR;
        err_release(&err);
        return (int)status;
    }
    write_all(&log);
    panelog_close(&log);
    return (int)status;
}
