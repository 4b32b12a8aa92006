#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
#include "host/proc.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

/* Whoever listens on the socket, in our counting: 0 where that has no number for it, -1 where nobody listens. A server
 * that is too busy to take one more is not waited for. */
static int64_t listener(const char *path) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    int64_t pid = -1;
    int fd;
    if (!text_copy(to.sun_path, sizeof to.sun_path, path))
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
        pid = peer.pid;
    if (fd >= 0)
        close(fd);
    return pid;
}

enum tmux_place tmux_place(const struct tmux *tmux, int64_t *server) {
    char *path = tmux_socket_path(tmux->socket);
    *server = listener(path);
    free(path);
    if (*server < 0)
        return TMUX_NOWHERE;
    return *server > 0 && proc_counts_as_we(*server) != SEEN_NO ? TMUX_HERE : TMUX_ELSEWHERE;
}

/* By if-shell: what run-shell's command prints, or that it failed, may be put before a person's eyes, into a pane. */
bool tmux_runs(const struct tmux *tmux, const struct argv *words, struct err *err) {
    struct tmux_call call;
    struct text command = {0};
    bool ran;
    text_add(&command, "exec");
    for (size_t i = 0; i < words->count; i++) {
        text_addc(&command, ' ');
        tmux_add_word(&command, words->items[i], false);
    }
    tmux_call_init(&call, tmux, NULL);
    argv_add(&call.argv, "if-shell");
    argv_add(&call.argv, text_str(&command));
    argv_add(&call.argv, "display-message -p yes");
    argv_add(&call.argv, "display-message -p no");
    ran = tmux_call_run(&call, tmux, err);
    /* With the session that ends by it the server may lose what it was to print: its file is the answer. */
    if (ran && call.status != 0)
        ran = tmux_call_refused(&call, err);
    else if (ran && strcmp(text_str(&call.output), "no\n") == 0)
        ran = err_set(err, MC_UNAVAILABLE, "%s cannot be run, or gives no answer, where the tmux server is",
                      words->items[0]);
    tmux_call_release(&call);
    text_release(&command);
    return ran;
}
