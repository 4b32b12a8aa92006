#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "descriptor_want.h"
#include "host/inside.h"

/* What the links of a process are said to lead to (ld --wrap), as if it were in a container. 0: none's are. */
static pid_t contained;
ssize_t __real_readlink(const char *path, char *to, size_t n);
ssize_t __wrap_readlink(const char *path, char *to, size_t n);

ssize_t __wrap_readlink(const char *path, char *to, size_t n) {
    long long pid;
    char name[16];
    if (contained == 0 || sscanf(path, "/proc/%lld/%15s", &pid, name) != 2 || pid != contained)
        return __real_readlink(path, to, n);
    int width = snprintf(to, n, "%s", strcmp(name, "cwd") == 0 ? "/work" : "mnt:[1]");
    return width;
}

static pid_t sleeper_in(const char *folder) {
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)setsid();
        if (fork() != 0)
            _exit(0); /* nobody's child: what this program starts itself is not counted */
        (void)setsid();
        if (chdir(folder) == 0 && write(ready[1], &(pid_t){getpid()}, sizeof(pid_t)) > 0)
            pause();
        _exit(0);
    }
    pid_t grandchild = 0;
    assert_int_equal(read(ready[0], &grandchild, sizeof grandchild), sizeof grandchild);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(ready[0]);
    close(ready[1]);
    return grandchild;
}

static void who_works_in_a_folder(void **state) {
    (void)state;
    char folder[] = "/tmp/mc-inside-XXXXXX", program[32];
    assert_non_null(mkdtemp(folder));
    char *inner = xasprintf("%s/pool-1", folder), *beside = xasprintf("%s/pool-12", folder);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(mkdir(beside, 0700), 0);
    pid_t other = sleeper_in(beside);
    assert_int_equal(inside_find(inner, program), 0);
    pid_t pid = sleeper_in(inner);
    assert_int_equal(inside_find(inner, program), pid);
    assert_int_equal(inside_find(folder, program) > 0, 1);
    /* Its own agent's is no stranger; another agent's is. */
    assert_int_equal(inside_stranger(inner, pid, program), 0);
    assert_int_equal(inside_stranger(inner, other, program), pid);
    pid_t child = sleeper_in(inner);
    assert_int_equal(inside_stranger(inner, pid, program), child);
    kill(child, SIGKILL);

    /* Its folder is gone: another of the same name is not where it works. */
    assert_false(inside_removed(pid, inner));
    assert_int_equal(rmdir(inner), 0);
    assert_true(inside_removed(pid, inner));
    assert_int_equal(inside_find(inner, program), 0);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_true(inside_removed(pid, inner));
    assert_false(inside_removed(getpid(), inner));
    assert_int_equal(inside_find(inner, program), 0);
    kill(pid, SIGKILL);
    kill(other, SIGKILL);
    rmdir(inner);
    rmdir(beside);
    rmdir(folder);
    free(inner);
    free(beside);
}

/* Nobody seen is not nobody there: a slot is cleaned, and a folder removed, on this word. */
static void who_cannot_be_looked_for_may_be_there(void **state) {
    (void)state;
    char folder[] = "/tmp/mc-inside-XXXXXX", program[32];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(inside_find(folder, program), 0);
    want_descriptors(0); /* not even the table */
    int64_t none = inside_find(folder, program);
    want_over();
    assert_int_equal(none, INSIDE_UNKNOWN);
    pid_t pid = sleeper_in(folder);
    want_descriptors(1); /* the table, and nobody in it */
    int64_t one = inside_find(folder, program);
    want_over();
    assert_int_equal(one, INSIDE_UNKNOWN);
    assert_string_equal(program, "");
    kill(pid, SIGKILL);
    rmdir(folder);
}

/* As in a container: the folder has another name there. 0: this machine lets us make none. */
static pid_t contained_in(const char *folder, const char *at, const char *below) {
    char *script =
        xasprintf("mount --bind '%s' '%s' && cd '%s%s' && echo \"in $$\" && exec sleep 100", folder, at, at, below);
    int ready[2];
    char line[64];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)setsid();
        if (fork() != 0)
            _exit(0);
        (void)setsid();
        dup2(ready[1], 1);
        close(ready[0]);
        close(ready[1]);
        (void)execlp("unshare", "unshare", "-rm", "sh", "-c", script, (char *)NULL);
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    ssize_t n = read(ready[0], line, sizeof line - 1);
    close(ready[0]);
    free(script);
    line[n > 0 ? n : 0] = '\0';
    return n > 3 ? (pid_t)strtol(line + 3, NULL, 10) : 0;
}

static void who_works_in_it_by_another_name(void **state) {
    (void)state;
    char folder[] = "/tmp/mc-inside-XXXXXX", program[32];
    assert_non_null(mkdtemp(folder));
    char *slot = xasprintf("%s/pool-1", folder), *inner = xasprintf("%s/src", slot), *at = xasprintf("%s/at", folder);
    assert_int_equal(mkdir(slot, 0700), 0);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(mkdir(at, 0700), 0);
    for (int i = 0; i < 2; i++) {
        pid_t pid = contained_in(slot, at, i == 0 ? "" : "/src");
        if (pid == 0)
            print_message("no namespace of mounts can be made here\n");
        else {
            assert_int_equal(inside_find(slot, program), pid);
            kill(pid, SIGKILL);
        }
    }
    rmdir(inner);
    rmdir(slot);
    rmdir(at);
    rmdir(folder);
    free(slot);
    free(inner);
    free(at);
}

/* The same where this machine lets us make no namespace: the deepest folder that is looked above, and what is beside.
 */
static void who_is_said_to_be_contained(void **state) {
    (void)state;
    char folder[] = "/tmp/mc-inside-XXXXXX", program[32];
    assert_non_null(mkdtemp(folder));
    char *slot = xasprintf("%s/pool-1", folder), *inner = xasprintf("%s/src", slot);
    char *beside = xasprintf("%s/pool-2", folder);
    assert_int_equal(mkdir(slot, 0700), 0);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(mkdir(beside, 0700), 0);
    for (int i = 0; i < 3; i++) {
        pid_t pid = contained = sleeper_in(i == 0 ? slot : i == 1 ? inner : beside);
        int before = open("/dev/null", O_RDONLY);
        int64_t found = inside_find(slot, program);
        int after = open("/dev/null", O_RDONLY);
        contained = 0;
        assert_int_equal(found, i < 2 ? pid : 0);
        assert_int_equal(after, before + 1); /* whatever was opened on the way is closed */
        close(before);
        close(after);
        kill(pid, SIGKILL);
    }
    rmdir(inner);
    rmdir(slot);
    rmdir(beside);
    rmdir(folder);
    free(slot);
    free(inner);
    free(beside);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_works_in_a_folder), cmocka_unit_test(who_cannot_be_looked_for_may_be_there),
        cmocka_unit_test(who_works_in_it_by_another_name), cmocka_unit_test(who_is_said_to_be_contained)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
