#ifndef MC_REMOTES_H
#define MC_REMOTES_H

/* A repository with a bare remote beside it, and what is done to both by hand. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git.h"
#include "host/spawn.h"

#include "worlds.h"

struct remotes {
    char folder[64];
    char *repo;
    struct git git;
    struct err err;
    int listener; /* -1: none */
};

/* A shell's script in its folder; what it says without the last newline, which the caller frees. */
static inline char *remotes_say(struct remotes *r, const char *script) {
    struct argv argv = {0}, env = {0};
    struct text out = {0}, errors = {0};
    struct spawn_result ended = {.output = &out, .errors = &errors};
    bool ok;

    argv_adds(&argv, (const char *const[]){"/bin/sh", "-ec", script, NULL});
    argv_addf(&env, "PATH=%s", getenv("PATH"));
    argv_addf(&env, "HOME=%s", r->folder);
    argv_adds(&env, (const char *const[]){"GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@t",
                                          "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@t", "LC_ALL=C", NULL});
    ok = spawn_run(&(struct spawn){.argv = &argv, .env = &env, .cwd = r->folder, .timeout_ms = 20000}, &ended, &r->err);
    argv_release(&argv);
    argv_release(&env);
    if (!ok || ended.status != 0)
        fail_msg("%s: status %d: %s%s", script, ended.status, text_str(&out), text_str(&errors));
    text_release(&errors);
    if (out.len && out.data[out.len - 1] == '\n')
        out.data[--out.len] = '\0';
    return text_take(&out);
}

static inline void remotes_do(struct remotes *r, const char *script) {
    free(remotes_say(r, script));
}

static inline void remotes_is(struct remotes *r, const char *script, const char *wanted) {
    char *said = remotes_say(r, script);

    if (strcmp(said, wanted) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", script, said, wanted);
    free(said);
}

/* repo on main with one commit, origin a bare one that has it, and branch mc-1 with one more. */
static inline int remotes_open(void **state) {
    struct remotes *r = xcalloc(1, sizeof *r);

    snprintf(r->folder, sizeof r->folder, "%s/mc-remotes-XXXXXX", worlds());
    if (!mkdtemp(r->folder))
        return 1;
    setenv("HOME", r->folder, 1);
    r->listener = -1;
    remotes_do(r, "git init -q --bare -b main origin.git; git init -q -b main repo; cd repo; echo one > a; git add a; "
                  "git commit -q -m one; git remote add origin ../origin.git; git push -q origin main; "
                  "git branch mc-1; git checkout -q mc-1; echo two > b; git add b; git commit -q -m two; "
                  "git checkout -q main");
    r->repo = xasprintf("%s/repo", r->folder);
    *state = r;
    if (git_open(&r->git, r->repo, &r->err))
        return 0;
    print_error("%s\n", r->err.text);
    return 1;
}

static inline int remotes_close(void **state) {
    struct remotes *r = *state;

    remotes_do(r, "cd /; rm -rf \"$HOME\"");
    git_release(&r->git);
    if (r->listener >= 0)
        close(r->listener);
    err_release(&r->err);
    free(r->repo);
    free(r);
    return 0;
}

/* What takes a connection and never says a word. */
static inline int remotes_listen(struct remotes *r) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;

    r->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(r->listener >= 0);
    assert_int_equal(bind(r->listener, (struct sockaddr *)&at, n), 0);
    assert_int_equal(listen(r->listener, 8), 0);
    assert_int_equal(getsockname(r->listener, (struct sockaddr *)&at, &n), 0);
    return ntohs(at.sin_port);
}

#define remotes_must(expression)                                                                                       \
    do {                                                                                                               \
        if (!(expression))                                                                                             \
            fail_msg("%s: %s", #expression, r->err.text ? r->err.text : "no failure set");                             \
    } while (0)

/* It fails with one line that holds each of these. */
#define remotes_fail(expression, ...)                                                                                  \
    do {                                                                                                               \
        assert_false(expression);                                                                                      \
        assert_null(strchr(r->err.text, '\n'));                                                                        \
        assert_true(r->err.advice > 0);                                                                                \
        for (const char *const *word = (const char *const[]){__VA_ARGS__, NULL}; *word; word++)                        \
            if (!strstr(r->err.text, *word))                                                                           \
                fail_msg("\"%s\" is not in: %s", *word, r->err.text);                                                  \
        err_release(&r->err);                                                                                          \
    } while (0)

#endif
