#include "run/host_id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "rules/key.h"
#include "run/site.h"

enum { FILE_MOST = 256, MACHINE_SIZE = 33 };

/* The operating system's own; "0" where it has none. */
static void read_machine(char out[MACHINE_SIZE]) {
    char head[MACHINE_SIZE] = "";

    files_head("/etc/machine-id", head, sizeof head - 1);
    text_copy(out, MACHINE_SIZE, key_run_ok(head) ? head : "0");
}

/* It ends with a newline. */
static bool take_bits(const char *path, char bits[RUN_ID_DIGITS + 1], struct err *err) {
    struct text file = {0};
    bool ok = files_read_secret(&file, path, FILE_MOST, err);

    if (ok) {
        text_copy(bits, RUN_ID_DIGITS + 1, text_str(&file));
        ok = (file.len == RUN_ID_DIGITS + 1 && file.data[RUN_ID_DIGITS] == '\n' && key_run_ok(bits)) ||
             err_set(err, MC_CONFIG,
                     "%s: this is no id that mc-pickup has made: put the file back as it was; or remove it, and say "
                     "mc-ticket hosts retire with this host's name, which it gets anew",
                     path);
    }
    text_release(&file);
    return ok;
}

/* Of several at once one makes it, and the others read that one's. */
static bool make_bits(const struct site *site, const char *path, char bits[RUN_ID_DIGITS + 1], struct err *err) {
    char line[RUN_ID_DIGITS + 2];

    if (!files_make_dir(site->folder, err))
        return false;
    random_hex(bits, RUN_ID_DIGITS);
    snprintf(line, sizeof line, "%s\n", bits);
    if (files_create_whole(path, line, sizeof line - 1, err))
        return true;
    if (!files_exists(path))
        return false;
    err_release(err);
    return take_bits(path, bits, err);
}

char *host_id(const struct site *site, bool make, struct err *err) {
    char *path = xasprintf("%s/host-id", site->folder), *id = NULL;
    char machine[MACHINE_SIZE], bits[RUN_ID_DIGITS + 1] = "";
    bool there = files_exists(path);
    bool ok = there ? take_bits(path, bits, err) : make && make_bits(site, path, bits, err);

    read_machine(machine);
    if (ok)
        id = xasprintf("%s-%s", machine, bits);
    free(path);
    return id;
}
