/* A configuration file of anybody's. */
#include "rules/config.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "fuzz.h"
#include "rules/config_keys.h"
#include "rules/config_read.h"
#include "rules/config_settings.h"

const struct fuzz_shape fuzz_shape = {"{\"profiles\":{\"a\":{\"command\":[\"", " ", "\"]}}}", false};

static const char *lookup(const char *name) {
    return strcmp(name, "HOME") == 0 ? "/home/ann" : strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static struct config_file file_of(const char *bytes, size_t n) {
    return (struct config_file){"/etc/c.json", bytes, n, lookup};
}

static int64_t preset(const struct key *key) {
    return key->preset ? strtoll(key->preset, NULL, 10) : 0;
}

static void numbers(const struct config *config) {
    for (const struct key *key = config_keys; key->name; key++) {
        int64_t value = 0;

        if (key->type != KEY_NUMBER)
            continue;
        memcpy(&value, (const char *)config + key->offset, sizeof value);
        HOLDS((value >= key->low && value <= key->high) || value == preset(key));
    }
}

static void absolute(const char *path) {
    HOLDS(!path || *path == '/');
}

static void paths(const struct config *config) {
    absolute(config->prompt_file);
    absolute(config->page);
    for (size_t i = 0; i < config->workspace_count; i++) {
        absolute(config->workspaces[i].repo);
        absolute(config->workspaces[i].pool);
    }
}

static void profiles(const struct config *config) {
    for (size_t i = 0; i < config->profile_count; i++) {
        HOLDS(config->profiles[i].command.count > 0);
        HOLDS(config_profile(config, config->profiles[i].name) == &config->profiles[i]);
    }
    for (size_t i = 0; i < config->send.dialect_count; i++) {
        char *reason = dialect_error(&config->send.dialects[i]);

        HOLDS(!reason);
    }
}

/* What is kept with a run for its agent's word reads back, as the same. */
static void settings(const struct config *config) {
    const struct profile *profile = &config->profiles[config->profile_count - 1]; /* its own, where it has any */
    struct text printed = {0}, again = {0};
    struct config read;
    struct err err = {0};
    struct config_file file;

    config_settings(&printed, config, profile);
    file = file_of(printed.data, printed.len);
    config_defaults(&read);
    HOLDS(config_read(&read, &file, &err));
    config_settings(&again, &read, config_profile(&read, profile->name));
    HOLDS(strcmp(printed.data, again.data) == 0);
    config_release(&read);
    text_release(&printed);
    text_release(&again);
}

/* Whoever asks for all that is wrong is told nothing exactly where nothing is. */
static void around(const char *bytes, size_t n, bool good) {
    struct config config;
    struct argv faults = {0};
    struct config_file file = file_of(bytes, n);

    config_defaults(&config);
    if (config_read_around(&config, &file, &faults)) {
        HOLDS(good == (faults.count == 0));
        numbers(&config);
        paths(&config);
    } else {
        HOLDS(!good && faults.count == 1);
    }
    for (size_t i = 0; i < faults.count; i++)
        HOLDS(text_starts(faults.items[i], "/etc/c.json:"));
    argv_release(&faults);
    config_release(&config);
}

void fuzz_one(const char *bytes, size_t n) {
    struct config config;
    struct err err = {0};
    struct config_file file = file_of(bytes, n);
    bool good;

    config_defaults(&config);
    good = config_read(&config, &file, &err);
    if (good) {
        numbers(&config);
        paths(&config);
        profiles(&config);
        settings(&config);
    } else {
        HOLDS(err.code == MC_CONFIG && text_starts(err.text, "/etc/c.json:"));
    }
    around(bytes, n, good);
    err_release(&err);
    config_release(&config);
}
