#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/shebang.h"

static void expect_bytes(const char *head, size_t n, const char *interpreter, const char *wanted) {
    struct shebang line;
    assert_int_equal(shebang_read(&line, head, n), interpreter != NULL);
    if (interpreter)
        assert_string_equal(line.interpreter, interpreter);
    if (wanted && line.wanted)
        assert_string_equal(line.wanted, wanted);
    else
        assert_true(!wanted && !line.wanted);
    shebang_release(&line);
}

static void expect(const char *head, const char *interpreter, const char *wanted) {
    expect_bytes(head, strlen(head), interpreter, wanted);
}

static void what_is_a_script(void **state) {
    (void)state;
    expect("", NULL, NULL);
    expect("#", NULL, NULL);
    expect("#!", NULL, NULL);
    expect("#!\n/bin/sh\n", NULL, NULL);
    expect("\177ELF", NULL, NULL);
    expect(" #!/bin/sh\n", NULL, NULL);
    expect("#!/bin/sh\n", "/bin/sh", NULL);
    expect("#!/bin/sh", "/bin/sh", NULL);
    expect("#! \t/bin/sh -e  \nmore", "/bin/sh", NULL);
    expect("#!bin/sh\n", NULL, NULL);
    expect("#!/bin/sh\r\n", "/bin/sh\r", NULL);
    expect_bytes("#!/bin/sh\0x\n", 12, "/bin/sh", NULL);
}

static void what_env_looks_up(void **state) {
    (void)state;
    expect("#!/usr/bin/env node\n", "/usr/bin/env", "node");
    expect("#!/usr/bin/env  node \n", "/usr/bin/env", "node");
    expect("#!/usr/bin/env node --x\n", "/usr/bin/env", "node --x"); /* the kernel's one argument */
    expect("#!/usr/bin/env -S node --x\n", "/usr/bin/env", "node");
    expect("#!/usr/bin/env -Snode\n", "/usr/bin/env", "node");
    expect("#!/usr/bin/env --split-string=node -x\n", "/usr/bin/env", "node");
    expect("#!/usr/bin/env -S A=1 B=2 node\n", "/usr/bin/env", "node");
    expect("#!/usr/bin/env /opt/node\n", "/usr/bin/env", "/opt/node");
}

static void what_cannot_be_told(void **state) {
    (void)state;
    expect("#!/usr/bin/env\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env bin/node\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env -i\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env A=1\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env -S -i node\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env -S PATH=/x node\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env -S 'no de'\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env -S ${X}\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/env -S\n", "/usr/bin/env", NULL);
    expect("#!/usr/bin/envy node\n", "/usr/bin/envy", NULL);
}

/* The kernel sees no more than 256 bytes. */
static void a_long_line(void **state) {
    (void)state;
    char head[SHEBANG_BYTES + 10];
    memset(head, 'x', sizeof head);
    memcpy(head, "#!/", 3);
    expect_bytes(head, sizeof head, NULL, NULL);
    memcpy(head, "#!/usr/bin/env ", 15);
    expect_bytes(head, sizeof head, "/usr/bin/env", NULL);
    head[200] = '\n';
    head[20] = '\0';
    expect_bytes(head, sizeof head, "/usr/bin/env", "xxxxx");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_a_script),
        cmocka_unit_test(what_env_looks_up),
        cmocka_unit_test(what_cannot_be_told),
        cmocka_unit_test(a_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
