#include "run/site_said.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "host/files.h"
#include "run/site.h"
#include "run/site_board.h"

enum { NAME_LONGEST = 200 };

char *site_said_refusal(const struct site *site) {
    bool file = site->board_kind == DATABASE_FILE;
    const char *there = file ? site->board_path : site->folder;

    if (!site->folder || (!site->board && (!files_exists(there) || (file && files_is_dir(there)))))
        return NULL;
    return site_own_file(site, "said-refusal");
}

char *site_said_elsewhere(const struct site *site) {
    char *state = site->folder ? site_user_state() : NULL;
    char *file = NULL;

    if (state) {
        char *name = xstrdup(site->board_label);

        for (char *at = name; (at = strchr(at, '/')) != NULL;)
            *at = '!';
        file = strlen(name) <= NAME_LONGEST ? xasprintf("%s/%s.said-refusal", state, name) : NULL;
        free(name);
    }
    free(state);
    return file;
}
