#include "run/absent.h"

#include <stdlib.h>

#include "base/err.h"
#include "host/files.h"
#include "run/site.h"

bool absent_ticket(const struct site *site, const char *key, struct err *err) {
    char *archive = site_own_file(site, "archive");

    err_set(err, MC_NOINPUT, "%s: no such ticket on this board", key);
    if (files_is_dir(archive))
        err_advise(
            err, "mc-ticket list shows what is there, and %s has what was closed long ago: mc-ticket import --restore",
            archive);
    else
        err_advise(err, "mc-ticket list shows what is there");
    free(archive);
    return false;
}
