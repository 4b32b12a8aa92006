/* Where an agent's program is found, and what runs it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/uproot.h"
#include "rules/profile.h"
#include "run/site.h"
#include "run/surroundings.h"
#include "worlds.h"

static char top[64], *own; /* where this test's program stands: mc-ticket is looked for there */
static struct site site;

static char *in_top(const char *name) {
    return xasprintf("%s/%s", top, name);
}

/* A script that is run by this. */
static void put(const char *name, const char *by, mode_t mode) {
    char *path = in_top(name), *bytes = xasprintf("#!%s\n", by);
    struct err err = {0};

    assert_true(files_put(path, bytes, strlen(bytes), &err));
    assert_int_equal(chmod(path, mode), 0);
    free(bytes);
    free(path);
}

static void make(const char *name) {
    char *path = in_top(name);

    assert_int_equal(mkdir(path, 0700), 0);
    free(path);
}

static void link_to(const char *name, const char *to) {
    char *path = in_top(name);

    assert_int_equal(symlink(to, path), 0);
    free(path);
}

static int begin(void **state) {
    char *path;

    (void)state;
    snprintf(top, sizeof top, "%s/mc-around-XXXXXX", worlds());
    if (!mkdtemp(top))
        return 1;
    own = files_program_dir();
    for (size_t i = 0; i < 5; i++)
        make((const char *const[]){"bin", "own", "inner", "real", "far"}[i]);
    put("bin/agent", "/bin/sh", 0700);
    put("own/agent", "/bin/sh", 0700);
    put("own/mc-ticket", "/bin/sh", 0700);
    put("inner/mc-demo-agent", "/bin/sh", 0700);
    put("bin/locked", "/bin/sh", 0600);
    put("bin/lost", "/nowhere/python", 0700);
    put("bin/alone", "/usr/bin/env nothing-like-it", 0700);
    put("bin/script", "/usr/bin/env interpreter", 0700);
    put("real/node-agent", "/usr/bin/env node-like", 0700);
    put("real/node-like", "/bin/sh", 0700);
    link_to("far/node-agent", "../real/node-agent");
    link_to("bin/node-agent", "../far/node-agent");
    put("bin/interpreter", "/bin/sh", 0700);
    put("bin/deep", "/usr/bin/env lost", 0700);
    put("inner/agent", "/bin/sh", 0700);
    put("real/two", "/usr/bin/env two-like", 0700);
    put("real/two-like", "/bin/sh", 0700);
    put("far/two-like", "/bin/sh", 0700);
    link_to("far/two", "../real/two");
    link_to("bin/two", "../far/two");
    for (int i = 1; i <= 5; i++) {
        char *name = xasprintf("bin/s%d", i), *by = i < 5 ? xasprintf("%s/bin/s%d", top, i + 1) : xstrdup("/nowhere");

        put(name, by, 0700);
        free(by);
        free(name);
    }
    path = in_top("bin");
    site = (struct site){.libexec = in_top("inner")};
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
    return 0;
}

static int end(void **state) {
    (void)state;
    free(site.libexec);
    free(own);
    return !uproot(top, INT64_MAX);
}

/* "@" is where these files are, "+" the folder of this test's program, in the end. */
static char *whole(const char *words) {
    struct text out = {0};

    for (; *words; words++)
        if (*words == '@')
            text_add(&out, top);
        else if (*words == '+')
            text_add(&out, own);
        else
            text_addc(&out, *words);
    return text_take(&out);
}

static const struct look {
    const char *command, *path;   /* of its env; NULL: it has none */
    const char *program, *around; /* what is found, and the PATH that it is given */
    const char *fault, *wanted;
} looks[] = {
    {"agent", NULL, "@/bin/agent", "@/bin:+", NULL, NULL},
    {"agent", "@/own", "@/own/agent", "@/own", NULL, NULL},
    {"script", "@/own", "@/bin/script", "@/own:@/bin", NULL, NULL},
    {"@/own/agent", NULL, "@/own/agent", "@/bin:+", NULL, NULL},
    {"mc-demo-agent", NULL, "@/inner/mc-demo-agent", "@/bin:+", NULL, NULL},
    {"script", NULL, "@/bin/script", "@/bin:+", NULL, NULL},
    {"node-agent", NULL, "@/bin/node-agent", "@/bin:@/bin/../far/../real:+", NULL, NULL},
    {"none", NULL, NULL, NULL,
     "profile p: command none was not found; install it, or add its folder to \"path\" in the configuration, because "
     "cron's PATH is short",
     "none"},
    {"agent", "", "@/bin/agent", "+", NULL, NULL},
    {"mc-demo-agent", "@/own", "@/inner/mc-demo-agent", "@/own", NULL, NULL},
    {"two", NULL, "@/bin/two", "@/bin:@/bin/../far:+", NULL, NULL},
    {"s1", NULL, "@/bin/s1", "@/bin:+", NULL, NULL}, /* no deeper than the kernel goes */
    {"s2", NULL, "@/bin/s2", "@/bin",
     "profile p: @/bin/s5 is run by /nowhere, says its first line, and that is not there; install it, or the agent "
     "anew",
     NULL},
    {"none", "@/own", NULL, NULL,
     "profile p: command none was not found on PATH of its env (@/own), nor on \"path\"; install it, or add its folder "
     "to one of them",
     "none"},
    {"@/none", NULL, NULL, NULL,
     "profile p: command @/none is not there; install it there, or correct \"command\" of that profile", "@/none"},
    {"locked", NULL, NULL, NULL, "profile p: locked is there and not executable; mend its mode", "locked"},
    {"lost", NULL, "@/bin/lost", "@/bin",
     "profile p: @/bin/lost is run by /nowhere/python, says its first line, and that is not there; install it, or the "
     "agent anew",
     NULL},
    {"alone", NULL, "@/bin/alone", "@/bin",
     "profile p: @/bin/alone is run by nothing-like-it, says its first line, and that is not found; add its folder to "
     "\"path\" in the configuration (command -v nothing-like-it tells it)",
     "nothing-like-it"},
    {"deep", NULL, "@/bin/deep", "@/bin",
     "profile p: @/bin/lost is run by /nowhere/python, says its first line, and that is not there; install it, or the "
     "agent anew",
     NULL},
};

static void is(const char *got, const char *wanted, const struct look *look) {
    char *all = wanted ? whole(wanted) : NULL;

    if (!got != !all || (got && strcmp(got, all) != 0))
        fail_msg("%s: \"%s\", not \"%s\"", look->command, got ? got : "none", all ? all : "none");
    free(all);
}

static void finds(const struct look *look) {
    struct profile profile = {.name = xstrdup("p")};
    struct surroundings found;
    struct err err = {0};
    char *command = whole(look->command), *path = look->path ? whole(look->path) : NULL;
    bool ok;

    argv_add(&profile.command, command);
    if (path)
        argv_addf(&profile.env, "PATH=%s", path);
    ok = surroundings_find(&site, &profile, &found, &err);
    is(err.text, look->fault, look);
    assert_int_equal(ok, !look->fault);
    is(found.program, look->program, look);
    if (look->around)
        is(found.path, look->around, look);
    is(found.wanted, look->wanted, look);
    assert_int_equal(err.code, ok ? 0 : MC_UNAVAILABLE);
    err_release(&err);
    surroundings_release(&found);
    argv_release(&profile.command);
    argv_release(&profile.env);
    free(profile.name);
    free(command);
    free(path);
}

static void each_look(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        finds(&looks[i]);
}

static void where_a_path_is_configured(void **state) {
    char path[] = "/";

    (void)state;
    site.config.path = path;
    finds(&(struct look){"none", NULL, NULL, NULL,
                         "profile p: command none was not found; install it, or add its folder to \"path\" in the "
                         "configuration",
                         "none"});
    site.config.path = NULL;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_look),
        cmocka_unit_test(where_a_path_is_configured),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
