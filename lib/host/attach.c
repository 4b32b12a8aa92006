#include "host/attach.h"

#include <errno.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "host/tmux.h"

void attach_words(const struct tmux *tmux, const char *session, struct argv *argv) {
    const char *const head[] = {
        tmux->program, "-u", strchr(tmux->socket, '/') != NULL ? "-S" : "-L", tmux->socket, "attach-session",
        "-t",          NULL};

    argv_adds(argv, head);
    argv_addf(argv, "=%s:", session);
}

bool attach_become(const struct argv *argv, struct err *err) {
    execv(argv->items[0], argv->items);
    return err_errno(err, MC_UNAVAILABLE, errno, "%s: cannot be run", argv->items[0]);
}
