#include "run/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "rules/config.h"
#include "rules/config_read.h"
#include "run/site_board.h"

enum { SETTINGS_MAX = 1024 * 1024 };

struct settings {
    char *file;
    struct config config;
};

bool settings_read(struct config *config, const char *file) {
    struct text bytes = {0};
    struct err why = {0};
    bool ok = files_read_secret(&bytes, file, SETTINGS_MAX, &why) &&
              config_read(config, &(struct config_file){file, text_str(&bytes), bytes.len, site_variable}, &why);

    if (!ok) {
        config_release(config);
        config_defaults(config);
    }
    err_release(&why);
    text_release(&bytes);
    return ok;
}

static const struct config *find(struct settings_list *list, const char *file) {
    struct settings *one;

    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].file, file) == 0)
            return &list->items[i].config;
    list->items = xrealloc(list->items, (list->count + 1) * sizeof *list->items);
    one = &list->items[list->count++];
    one->file = xstrdup(file);
    config_defaults(&one->config);
    settings_read(&one->config, file);
    return &one->config;
}

const struct profile *settings_profile(struct settings_list *list, const char *file, const char *name) {
    return config_profile(find(list, file), name);
}

void settings_list_release(struct settings_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].file);
        config_release(&list->items[i].config);
    }
    free(list->items);
    *list = (struct settings_list){0};
}
