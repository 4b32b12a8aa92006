#include "run/programs.h"

#include <stdlib.h>

#include "base/mem.h"
#include "host/files.h"
#include "run/site.h"

bool programs_have(const struct site *site, const char *name) {
    bool not_executable;
    char *path = xasprintf("%s/%s", site->libexec, name);
    char *found = files_find_program(path, NULL, &not_executable);
    bool have = found != NULL;

    free(found);
    free(path);
    return have;
}
