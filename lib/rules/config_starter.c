#include "rules/config_starter.h"

#include "base/argv.h"
#include "base/json.h"
#include "base/text.h"
#include "rules/config_keys.h"
#include "rules/database.h"
#include "rules/profile.h"

/* Every key but "database" and the paths found is a comment that can be taken in by removing its "// ": each ends with
 * a comma, and "database" stands last. */

/* What stands for a key without a default. */
static const struct {
    const char *key;
    const char *example;
} examples[] = {
    {"agents_database", "\"service=agents\""},
    {"host", "\"builder-1\""},
    {"path", "[\"~/.local/bin\", \"/usr/local/bin\", \"/usr/bin\", \"/bin\"]"},
    {"tmux.socket", "\"mc-pickup\""},
    {"max_live", "12"},
    {"workspace", "{\"repo\": \"~/src/app\", \"size\": 3}"},
    {"workspaces", "{\"web\": {\"repo\": \"~/src/web\"}, \"api\": {\"repo\": \"~/src/api\", \"push\": \"origin\"}}"},
    {"send.url", "\"http://127.0.0.1:5000/api/tickets/{number}/runtime/send\""},
    {"send.token_file", "\"~/.config/mc-pickup/token\""},
    {"send.token_env", "\"MC_PICKUP_TOKEN\""},
    {"send.ca_file", "\"/etc/ssl/private-ca.pem\""},
    {"send.dialects", "{\"mine\": {\"path\": \"/turns\", \"success\": [202]}}"},
    {"prompt_file", "\"~/.config/mc-pickup/prompt.txt\""},
    {"profiles", "{\"mine\": {\"command\": [\"my-agent\"], \"ready\": \"^> *$\"}}"},
    {"notify", "[\"/usr/local/bin/tell-me\"]"},
    {"notify_on", "[\"needs_input\", \"in_review\"]"},
    {"page", "\"~/public_html/board.html\""},
    {"agents_may", "[\"promote\"]"},
};

static void add_string(struct text *out, const char *string) {
    struct json *list = json_array();
    struct text printed = {0};
    json_push_string(list, string);
    json_print(list, &printed);
    text_addn(out, printed.data + 1, printed.len - 2);
    text_release(&printed);
    json_free(list);
}

/* A path as config_expand gives it back. */
static void add_path(struct text *out, const char *path) {
    struct text doubled = {0};
    for (; *path; path++)
        text_add(&doubled, *path == '$' ? "$$" : (const char[]){*path, '\0'});
    add_string(out, text_str(&doubled));
    text_release(&doubled);
}

static void add_value(struct text *out, const struct key *key) {
    if (key->preset && (key->type == KEY_NUMBER || key->type == KEY_FLAG)) {
        text_add(out, key->preset);
    } else if (key->preset) {
        add_string(out, key->preset);
    } else {
        for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
            if (strcmp(examples[i].key, key->name) == 0)
                text_add(out, examples[i].example);
    }
}

static void add_key(struct text *out, const struct key *key, const char *name, const char *indent) {
    text_addf(out, "  // %s\"%s\": ", indent, name);
    add_value(out, key);
    bool last = key[1].name == NULL || (*indent && !strchr(key[1].name, '.'));
    text_addf(out, "%s // %s%s\n", *indent && last ? "" : ",", key->preset ? "" : "(none) ", key->help);
}

/* A group and its keys; gives the first key behind it. */
static const struct key *add_group(struct text *out, const struct key *group) {
    text_addf(out, "  // \"%s\": { // %s\n", group->name, group->help);
    const struct key *key = group + 1;
    for (; key->name && strchr(key->name, '.'); key++)
        add_key(out, key, strchr(key->name, '.') + 1, "  ");
    text_add(out, "  // },\n");
    return key;
}

static void add_profile(struct text *out, const struct key *key, const struct argv *agents) {
    text_addf(out, "\n  // %s.\n", key->help);
    if (agents->count < 2)
        text_add(out, "  // None of the agents that mc-pickup knows was found on PATH.\n");
    for (size_t i = 0; i + 1 < agents->count; i += 2) {
        text_addf(out, "  // Found: %s, ", agents->items[i]);
        add_string(out, agents->items[i + 1]);
        text_addc(out, '\n');
    }
    text_add(out, "  // \"profile\": ");
    add_string(out, agents->count >= 2 ? agents->items[0] : "demo");
    text_add(out, ",\n\n");
}

/* Active, for cron's PATH is short: what this shell finds is found there too. */
static void add_search(struct text *out, const struct key *key, const struct argv *folders) {
    if (!folders->count) {
        add_key(out, key, key->name, "");
        return;
    }
    text_addf(out, "\n  // %s.\n  // These are the folders of the PATH that init was run with.\n  \"path\": [",
              key->help);
    for (size_t i = 0; i < folders->count; i++) {
        text_add(out, i ? ",\n    " : "\n    ");
        add_path(out, folders->items[i]);
    }
    text_add(out, "\n  ],\n\n");
}

void config_starter(struct text *out, const char *database, const struct argv *folders, const struct argv *agents) {
    text_add(out, "// The configuration of mc-pickup: JSON with comments. mc-pickup.conf(5) says more of each key.\n"
                  "// A key in a comment shows its default, or an example where it says (none).\n"
                  "{\n");
    for (const struct key *key = config_keys; key->name;) {
        if (key->type == KEY_GROUP) {
            key = add_group(out, key);
            continue;
        }
        if (strcmp(key->name, "profile") == 0)
            add_profile(out, key, agents);
        else if (key->type == KEY_SEARCH)
            add_search(out, key, folders);
        else if (strcmp(key->name, "database") != 0)
            add_key(out, key, key->name, "");
        key++;
    }
    text_add(out, "\n  // The board; --db and MC_DB go before it.\n  \"database\": ");
    if (database_kind(database) == DATABASE_FILE)
        add_path(out, database);
    else
        add_string(out, database);
    text_add(out, "\n}\n");
}
