#ifndef MC_GIT_WORLD_H
#define MC_GIT_WORLD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git.h"
#include "host/spawn.h"

#include "descriptors_open.h"
#include "worlds.h"

/* A folder of our own with a repository "repo" of one commit on main, and a HOME without settings. */
struct git_world {
    char *folder, *repo, *pool;
    int open; /* descriptors, before the test */
};

/* A shell script in the world's folder, by a person's own git; what it prints, as a new string. Must succeed. */
static inline char *world_shell(const struct git_world *world, const char *script) {
    struct text out = {0}, errors = {0};
    struct err err = {0};
    struct argv argv = {0}, env = {0};
    struct spawn spawn = {.argv = &argv, .env = &env, .cwd = world->folder, .timeout_ms = 600000};
    struct spawn_result result = {.output = &out, .errors = &errors};
    argv_adds(&argv, (const char *const[]){"/bin/bash", "-euc", script, NULL});
    argv_addf(&env, "HOME=%s", world->folder);
    argv_addf(&env, "W=%s", world->folder);
    argv_adds(&env, (const char *const[]){"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "GIT_AUTHOR_NAME=a",
                                          "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
                                          "GIT_CONFIG_NOSYSTEM=1", NULL});
    assert_true(spawn_run(&spawn, &result, &err));
    if (result.status != 0)
        print_error("%s\n%s%s", script, text_str(&out), text_str(&errors));
    assert_int_equal(result.status, 0);
    argv_release(&argv);
    argv_release(&env);
    text_release(&errors);
    while (out.len > 0 && out.data[out.len - 1] == '\n')
        out.data[--out.len] = '\0';
    return text_take(&out);
}

static inline void world_do(const struct git_world *world, const char *script) {
    free(world_shell(world, script));
}

static inline void world_expect(const struct git_world *world, const char *script, const char *printed) {
    char *out = world_shell(world, script);
    assert_string_equal(out, printed);
    free(out);
}

static inline int world_make(void **state) {
    struct git_world *world = xcalloc(1, sizeof *world);
    world->folder = xasprintf("%s/mcgitXXXXXX", worlds());
    assert_non_null(mkdtemp(world->folder));
    world->repo = xasprintf("%s/repo", world->folder);
    world->pool = xasprintf("%s/pool", world->folder);
    setenv("HOME", world->folder, 1);
    unsetenv("XDG_CONFIG_HOME");
    world_do(world, "git init -q -b main repo; cd repo; mkdir src; echo one >src/one; echo two >two; ln -s two link;"
                    "printf 'build/\\n*.o\\n' >.gitignore; echo run >run.sh; chmod +x run.sh;"
                    "git add -A; git commit -qm first; mkdir ../pool");
    world->open = descriptors_open();
    *state = world;
    return 0;
}

static inline int world_end(void **state) {
    struct git_world *world = *state;
    assert_int_equal(descriptors_open(), world->open);
    world_do(world, "cd /; chmod -R u+rwX \"$W\"; rm -rf \"$W\"; mkdir -p \"$W\"");
    rmdir(world->folder);
    free(world->folder);
    free(world->repo);
    free(world->pool);
    free(world);
    return 0;
}

#endif
