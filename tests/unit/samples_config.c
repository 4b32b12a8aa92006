/* A configuration file: what is wrong with it, and what it sets. */
#define SAMPLES_NEAR 250
#define SAMPLES_WORDS                                                                                                  \
    "$NOPE/x", "~ann", "~/y", "\"\"", "[\"a\"]", "{}", "-0", "1e9", "0.5", "\\u0001", ",\"send.url\":\"http://h/\"",   \
        "/a:/b", "A=b", "9X", "A-B", " $", "\\\\ $", "\n"
#include "samples.h"

#include "base/argv.h"
#include "rules/config.h"
#include "rules/config_keys.h"
#include "rules/config_read.h"
#include "rules/config_settings.h"

static const char *lookup(const char *name) {
    return strcmp(name, "HOME") == 0 ? "/home/ann" : strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static void list(struct text *out, const char *name, const struct argv *words) {
    for (size_t i = 0; i < words->count; i++)
        text_addf(out, "%s[%s]", i ? " " : name, words->items[i]);
}

static void numbers(struct text *out, const struct config *config) {
    for (const struct key *key = config_keys; key->name; key++) {
        int64_t value = 0;

        if (key->type != KEY_NUMBER)
            continue;
        memcpy(&value, (const char *)config + key->offset, sizeof value);
        if (!key->preset || value != strtoll(key->preset, NULL, 10))
            text_addf(out, "%s=%lld ", key->name, (long long)value);
    }
}

static void places(struct text *out, const struct config *config) {
    for (size_t i = 0; i < config->workspace_count; i++) {
        const struct workspace *one = &config->workspaces[i];

        text_addf(out, "\nworkspace %s %s %s", one->name, sample_word(one->repo), sample_word(one->pool));
    }
    for (size_t i = 0; i < config->profile_count; i++) {
        text_addf(out, "\nprofile %s", config->profiles[i].name);
        list(out, " ", &config->profiles[i].command);
    }
}

static void around(struct text *out, const struct config_file *file) {
    struct config config;
    struct argv faults = {0};

    config_defaults(&config);
    text_addf(out, "\naround %d", config_read_around(&config, file, &faults));
    for (size_t i = 0; i < faults.count; i++)
        text_addf(out, "\n%s", faults.items[i]);
    argv_release(&faults);
    config_release(&config);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    const struct config_file file = {"/etc/c.json", bytes, n, lookup};
    struct config config;
    struct err err = {0};

    config_defaults(&config);
    if (config_read(&config, &file, &err)) {
        text_addf(out, "max_live %lld ", (long long)config_max_live(&config));
        numbers(out, &config);
        text_add(out, "\n");
        config_settings(out, &config, NULL);
        places(out, &config);
    } else {
        text_add(out, err.text);
    }
    around(out, &file);
    err_release(&err);
    config_release(&config);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "config", sample);
}
