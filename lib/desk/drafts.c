#include "desk/drafts.h"

#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/argv.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "run/site.h"

void drafts_find(const struct site *site, const char *key, struct argv *paths) {
    char *folder = site_own_file(site, "edit"), *ending = key ? xasprintf("/%s.", key) : NULL;
    struct argv all = {0};

    folder_list(folder, ".md", DRAFTS_MOST, &all);
    for (size_t i = 0; i < all.count; i++)
        if (!ending || text_starts(all.items[i] + strlen(folder), ending))
            argv_add(paths, all.items[i]);
    argv_release(&all);
    free(ending);
    free(folder);
}

char *drafts_words(const char *path) {
    char age[AGE_SIZE];

    age_words(clock_here() - files_changed_at(path), age);
    return xasprintf("what was written %s ago in an edit, and is not in the ticket, stands in %s; where no editor is "
                     "open there any more, take from it what is wanted, then remove it",
                     age, path);
}
