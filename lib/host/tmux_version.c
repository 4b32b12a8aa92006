#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
#include "host/spawn.h"
#include "host/tmux.h"

enum { VERSION_MS = 5000, VERSION_MAX = 256 };

bool tmux_version(const struct tmux *tmux, char *out, size_t size) {
    struct argv argv = {0};
    struct text said = {0};
    struct err err = {0};
    struct spawn_result result = {.output = &said};
    bool ok;

    argv_add(&argv, tmux->program);
    argv_add(&argv, "-V");
    ok =
        spawn_run(&(struct spawn){.argv = &argv, .timeout_ms = VERSION_MS, .output_max = VERSION_MAX}, &result, &err) &&
        result.status == 0 && said.len > 0;
    if (said.len)
        said.data[strcspn(said.data, "\n")] = '\0';
    text_copy(out, size, ok ? text_str(&said) : "tmux");
    argv_release(&argv);
    text_release(&said);
    err_release(&err);
    return ok;
}
