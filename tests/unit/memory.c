#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "host/proc.h"
#include "host/proc_table.h"

/* The kernel's log of a test, and how long the machine slept (ld --wrap). NULL: as it is here. */
struct reading {
    const char *record; /* NULL: the end */
    int error;          /* or this */
};
static const struct reading *kernel_log;
static int64_t slept_ms;
static int log_fd = -1, log_error;

int __real_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode);
ssize_t __real_read(int fd, void *bytes, size_t n);
ssize_t __wrap_read(int fd, void *bytes, size_t n);
int __real_close(int fd);
int __wrap_close(int fd);
int64_t __real_clock_up(void);
int64_t __wrap_clock_up(void);

int __wrap_open(const char *path, int flags, mode_t mode) {
    bool ours = kernel_log != NULL && strcmp(path, "/dev/kmsg") == 0;
    if (ours && log_error != 0) {
        errno = log_error;
        return -1;
    }
    int fd = __real_open(ours ? "/dev/null" : path, flags, mode);
    if (ours)
        log_fd = fd;
    return fd;
}

ssize_t __wrap_read(int fd, void *bytes, size_t n) {
    if (kernel_log == NULL || fd != log_fd)
        return __real_read(fd, bytes, n);
    const struct reading *now = kernel_log;
    if (now->record == NULL && now->error == 0)
        return 0;
    kernel_log++;
    errno = now->error;
    if (now->error != 0)
        return -1;
    assert_true(strlen(now->record) < n);
    memcpy(bytes, now->record, strlen(now->record));
    return (ssize_t)strlen(now->record);
}

int __wrap_close(int fd) {
    if (fd == log_fd)
        log_fd = -1;
    return __real_close(fd);
}

int64_t __wrap_clock_up(void) {
    return kernel_log != NULL ? clock_monotonic() + slept_ms : __real_clock_up();
}

static void ask(struct text *out, const struct identity *identity) {
    text_clear(out);
    proc_oom(out, identity);
}

static void one_that_was_not_killed(void **state) {
    struct identity self;
    struct text said = {0};
    (void)state;
    assert_true(proc_identify(getpid(), &self));
    ask(&said, &self);
    assert_true(strcmp(text_str(&said), "no") == 0 || text_starts(text_str(&said), "unknown (the kernel log "));
    text_release(&said);
}

static void one_that_nobody_knows(void **state) {
    struct identity nobody = {0}, before;
    struct text said = {0};
    (void)state;
    ask(&said, &nobody);
    assert_string_equal(text_str(&said), "unknown (its process was never recorded)");
    assert_true(proc_identify(getpid(), &before));
    before.boot[0] = before.boot[0] == 'f' ? 'e' : 'f';
    ask(&said, &before);
    assert_string_equal(text_str(&said), "unknown (the machine was started again since)");
    text_release(&said);
}

static void only_a_record_that_is_younger(void **state) {
    static const char record[] = "6,1234,5000999,-;Out of memory: Killed process 4711 (node) total-vm:1kB";
    (void)state;
    assert_true(memory_record_kills(record, 4711, 5000));
    assert_true(memory_record_kills(record, 4711, 4000));
    assert_false(memory_record_kills(record, 4711, 5001)); /* its number was another's then */
    assert_false(memory_record_kills(record, 471, 5000));
    assert_false(memory_record_kills(record, 711, 5000));
    assert_false(memory_record_kills("6,1234,5000999,-;Out of memory: Kill process 4711 (node)", 4711, 5000));
}

/* Of one that started in the 50th second. */
static void log_says(const struct reading *readings, const char *answer) {
    struct identity self;
    struct text said = {0};
    assert_true(proc_identify(getpid(), &self));
    self.pid = 4711;
    self.start = 50 * sysconf(_SC_CLK_TCK);
    kernel_log = readings;
    ask(&said, &self);
    kernel_log = NULL;
    assert_true(text_starts(text_str(&said), answer));
    assert_int_equal(strchr(answer, '(') == NULL, strchr(text_str(&said), '(') == NULL);
    assert_int_equal(log_fd, -1);
    text_release(&said);
}

#define OLD                                                                                                            \
    { .record = "6,1,50000000,-;usb 1-1: new device" }
#define KILLED_AT(second)                                                                                              \
    { .record = "3,2," #second "000000,-;Out of memory: Killed process 4711 (node) total-vm:1kB" }

static void what_the_kernel_has_noted(void **state) {
    (void)state;
    log_says((const struct reading[]){OLD, KILLED_AT(50), {0}}, "yes (kernel log)");
    log_says((const struct reading[]){OLD, KILLED_AT(49), {.error = EAGAIN}}, "no");
    log_says((const struct reading[]){OLD, KILLED_AT(49), {.record = "6,3,51000000,-;shorter"}, {0}}, "no");
    log_says((const struct reading[]){KILLED_AT(60), {.error = EIO}}, "yes (kernel log)"); /* whatever comes behind */
    log_says((const struct reading[]){{.record = "6,1,50001000,-;too young"}, OLD, {.error = EAGAIN}},
             "unknown (the kernel log begins after its start");
    log_says((const struct reading[]){{.error = EIO}}, "unknown (the kernel log cannot be read: Input/output error");
    /* overwritten, or woken, meanwhile: it goes on */
    log_says((const struct reading[]){{.error = EPIPE}, {.error = EINTR}, OLD, KILLED_AT(50), {0}}, "yes (kernel log)");
    log_error = EPERM;
    log_says((const struct reading[]){{0}}, "unknown (the kernel log cannot be read: Operation not permitted");
    log_error = 0;
}

/* The log's clock stands still meanwhile, the one of a process's start does not. */
static void a_machine_that_slept(void **state) {
    (void)state;
    slept_ms = 40000;
    log_says((const struct reading[]){{.record = "6,1,10000000,-;of old"}, KILLED_AT(10), {0}}, "yes (kernel log)");
    log_says((const struct reading[]){{.record = "6,1,9000000,-;of old"}, KILLED_AT(9), {0}}, "no");
    log_says((const struct reading[]){{.record = "6,1,11000000,-;too young"}, {0}},
             "unknown (the kernel log begins after its start");
    slept_ms = 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_was_not_killed),       cmocka_unit_test(one_that_nobody_knows),
        cmocka_unit_test(only_a_record_that_is_younger), cmocka_unit_test(what_the_kernel_has_noted),
        cmocka_unit_test(a_machine_that_slept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
