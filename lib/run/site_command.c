#include "run/site_command.h"

#include <stdlib.h>

#include "base/text.h"
#include "host/files.h"
#include "run/site.h"
#include "run/site_board.h"

static void add_option(struct text *out, const char *option, const char *path) {
    if (!path)
        return;
    text_addf(out, " %s ", option);
    text_word(out, path);
}

static char *command(const char *config, const char *db) {
    struct text out = {0};

    text_add(&out, "mc-ticket");
    add_option(&out, "--config", config);
    add_option(&out, "--db", db);
    return text_take(&out);
}

char *site_command(const struct site *site) {
    return command(site->asked_config, site->asked_db);
}

static const char *named(const char *asked, const char *variable) {
    return asked ? asked : site_variable(variable);
}

char *site_command_anywhere(const struct site *site) {
    const char *named_config = named(site->asked_config, "MC_PICKUP_CONFIG"),
               *named_db = named(site->asked_db, "MC_DB");
    char *config = named_config ? files_absolute(named_config) : NULL,
         *db = named_db ? site_board_whole(named_db) : NULL;
    char *own_config = site_user_config(), *own_board = site_user_board(), *words;
    bool found = text_same(db, site->config.database ? site->config.database : own_board);

    words = command(text_same(config, own_config) ? NULL : config, found ? NULL : db);
    free(own_config);
    free(own_board);
    free(config);
    free(db);
    return words;
}
