#include "run/passed.h"

#include <stdlib.h>

#include "base/argv.h"
#include "host/files.h"
#include "rules/environment.h"
#include "run/site.h"

extern char **environ;

void passed_environment(const struct site *site, const struct passed *passed, struct argv *env) {
    const char *runtime_dir = getenv("XDG_RUNTIME_DIR");
    char key[KEY_SIZE];

    site_key(site, passed->ticket_id, key);
    environment_put_pair(env, "MC_TICKET", key);
    environment_put_pair(env, "MC_RUN", passed->run_id);
    environment_put_pair(env, "MC_DB", passed->board);
    if (site->config.file)
        environment_put_pair(env, "MC_PICKUP_CONFIG", site->config.file);
    environment_put_pair(env, "PATH", passed->path);
    for (size_t i = 0; passed->own && i < passed->own->count; i++)
        environment_put(env, passed->own->items[i]);
    environment_put_pair(env, "PWD", passed->cwd);
    environment_agent(env, &(struct environment){.caller = environ,
                                                 .secret = site->config.send.token_env,
                                                 .pass = passed->pass,
                                                 .runtime_dir = runtime_dir && files_exists(runtime_dir),
                                                 .on_server = site->board_kind == DATABASE_SERVER});
}
