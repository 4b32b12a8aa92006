#include "options.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/typo.h"

static const struct option_row rows[] = {
    [OPTION_JSON] = {"--json", NULL, "print one JSON object", false, false},
    [OPTION_DB] = {"--db", "FILE", "the board", false, false},
    [OPTION_CONFIG] = {"--config", "FILE", "the configuration", false, false},
    [OPTION_HELP] = {"--help", NULL, "the same as -h: print this and exit", false, false},
    [OPTION_VERSION] = {"--version", NULL, "print the version and exit", false, false},
    [OPTION_REQUEST_ID] = {"--request-id", "ID", "the same id twice acts once", false, false},
    [OPTION_BY] = {"--by", "NAME", "the author in the activity", false, false},
    [OPTION_BODY] = {"--body", "TEXT", "what is to be done", false, false},
    [OPTION_BODY_FILE] = {"--body-file", "FILE", "the text from a file, in its place; - is standard input", false,
                          false},
    [OPTION_PRIORITY] = {"--priority", "P", "critical, high, medium (default) or low", false, false},
    [OPTION_PROFILE] = {"--profile", "P", "the agent's profile; default: the configuration's", false, false},
    [OPTION_WORKSPACE] = {"--workspace", "W", "what it is about; default: the configuration's", false, false},
    [OPTION_LABEL] = {"--label", "L", "a label; may be given again", true, false},
    [OPTION_AFTER] = {"--after", "KEY", "wait until this ticket is done; may be given again", true, false},
    [OPTION_INBOX] = {"--inbox", NULL, "not released for work yet", false, false},
    [OPTION_TODO] = {"--todo", NULL, "released for work (default)", false, false},
    [OPTION_DEDUPE_KEY] = {"--dedupe-key", "K", "with a key seen before, print that ticket", false, false},
    [OPTION_STATUS] = {"--status", "S", "only tickets of this status; may be given again", true, false},
    [OPTION_NONCE] = {"--nonce", "N", "the turn it belongs to", false, false},
    [OPTION_PRINT] = {"--print", NULL, "print the command, do not run it", false, false},
    [OPTION_READ_ONLY] = {"--read-only", NULL, "look on, type nothing", false, false},
    [OPTION_RAW] = {"--raw", NULL, "the bytes as they were written", false, false},
    [OPTION_LINES] = {"--lines", "N", "this many lines of the end, default 200", false, false},
    [OPTION_OWN] = {"--own", NULL, "make a copy a board of its own", false, false},
    [OPTION_RUN] = {"--run", "RUN", "by its id; for log also the number of its attempt", false, false},
    [OPTION_QUEUE] = {"--queue", NULL, "leave it for when its agent is free", false, false},
    [OPTION_WAIT] = {"--wait", "SECONDS", "print the reply; at most so long, default: no limit", false, true},
    [OPTION_STAT] = {"--stat", NULL, "how much of each file instead of the changes", false, false},
    [OPTION_OPEN] = {"--open", NULL, "only tickets that are neither done nor cancelled", false, false},
    [OPTION_SEARCH] = {"--search", "TEXT", "only tickets with this text in title or body", false, false},
    [OPTION_LIMIT] = {"--limit", "N", "at most so many", false, false},
    [OPTION_ORDER] = {"--order", "next", "in the order in which they would be claimed", false, false},
    [OPTION_FOLLOW] = {"--follow", NULL, "go on as more is written", false, false},
    [OPTION_CRON] = {"--cron", NULL, "look with the environment that cron gives", false, false},
    [OPTION_TRY] = {"--try", "PROFILE", "start this agent, see whether it gets ready, end it", false, false},
    [OPTION_METRICS] = {"--metrics", NULL, "as OpenMetrics text", false, false},
    [OPTION_OUTPUT] = {"--output", "FILE", "the same as -o: write to FILE; - is standard output", false, false},
    [OPTION_RESTORE] = {"--restore", NULL, "give back what export or the archive wrote", false, false},
    [OPTION_DRY_RUN] = {"--dry-run", NULL, "check, change nothing", false, false},
    [OPTION_TITLE] = {"--title", "TEXT", "the new title", false, false},
    [OPTION_NO_LABEL] = {"--no-label", "L", "take this label away; may be given again", true, false},
    [OPTION_NO_AFTER] = {"--no-after", "KEY", "wait for this ticket no more; may be given again", true, false},
    [OPTION_EVERY] = {"--every", "SECONDS", "look so often, default 2", false, false},
    [OPTION_NO_PAGER] = {"--no-pager", NULL, "print it all at once, whatever PAGER says", false, false},
    [OPTION_WORKER] = {"--worker", "ROLE", "let this role of the server's work on the board", false, false},
    [OPTION_FORCE] = {"--force", NULL, "also where it was seen a moment ago", false, false},
};
_Static_assert(sizeof rows / sizeof rows[0] == OPTION_COUNT, "one row an option");
_Static_assert(OPTION_COUNT <= 64, "a set of options is one number");

static int row_find(const char *word, size_t length) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, word, length) == 0)
            return i;
    return -1;
}

static size_t name_length(const char *word) {
    return strcspn(word, "=");
}

int options_find(const char *word) {
    return strcmp(word, "-h") == 0   ? OPTION_HELP
           : strcmp(word, "-o") == 0 ? OPTION_OUTPUT
                                     : row_find(word, name_length(word));
}

const struct option_row *options_row(enum option_id id) {
    return &rows[id];
}

static bool is_number(const char *word) {
    return word != NULL && word[0] != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* Reads the option at argv[*at]; *at moves to its last word. */
static bool option_read(struct options *options, char **argv, int *at, struct err *err) {
    const char *word = argv[*at];
    const char *equals = strchr(word, '=');
    int id = options_find(word);
    if (id < 0) {
        options->unknown = options->unknown != NULL ? options->unknown : word;
        return true;
    }
    const struct option_row *row = &rows[id];
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (row->value == NULL && value != NULL)
        return err_set(err, MC_USAGE, "option %s takes no value; give it alone", row->name);
    if (row->optional && value == NULL && !is_number(argv[*at + 1]))
        value = "";
    if (row->value != NULL && value == NULL) {
        value = argv[*at + 1];
        if (value == NULL)
            return err_set(err, MC_USAGE, "option %s needs a value: %s %s", row->name, row->name, row->value);
        *at += 1;
    }
    if (options->values[id].count > 0 && row->value != NULL && !row->many)
        return err_set(err, MC_USAGE, "option %s is given twice; give it once", row->name);
    argv_add(&options->values[id], value != NULL ? value : "");
    return true;
}

/* No option's name has a blank in it; and an agent that sums up its work ("-- mended", "-x works now") is no expert in
 * command lines. */
static bool is_text(const struct options *options, const char *word) {
    const struct argv *words = &options->words;
    if (words->count == 0 || strcmp(word, "-h") == 0)
        return false;
    if (strcspn(word, " \t\n") < name_length(word))
        return true;
    return words->count == 2 && strcmp(words->items[0], "signal") == 0 && row_find(word, name_length(word)) < 0;
}

static bool is_option(const struct options *options, const char *word) {
    return word[0] == '-' && word[1] != '\0' && !is_text(options, word);
}

bool options_read(struct options *options, int argc, char **argv, struct err *err) {
    bool only_words = false;
    for (int i = 1; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && is_option(options, argv[i])) {
            if (!option_read(options, argv, &i, err))
                return false;
        } else {
            argv_add(&options->words, argv[i]);
        }
    }
    return true;
}

void options_release(struct options *options) {
    for (int i = 0; i < OPTION_COUNT; i++)
        argv_release(&options->values[i]);
    argv_release(&options->words);
}

bool option_given(const struct options *options, enum option_id id) {
    return options->values[id].count > 0;
}

const char *option_value(const struct options *options, enum option_id id) {
    return options->values[id].count > 0 ? options->values[id].items[0] : NULL;
}

const char *options_stranger(const struct options *options, uint64_t allowed) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (options->values[i].count > 0 && (allowed & OPTION_BIT(i)) == 0)
            return rows[i].name;
    return NULL;
}

const char *options_meant(const char *typed, uint64_t set) {
    char *name = xstrndup(typed, name_length(typed));
    const char *meant = NULL;
    int best = TYPO_FAR;

    for (int i = 0; i < OPTION_COUNT; i++) {
        int distance = (set & OPTION_BIT(i)) != 0 ? typo_distance(name, rows[i].name) : TYPO_FAR;

        if (distance < best) {
            best = distance;
            meant = rows[i].name;
        }
    }
    free(name);
    return meant;
}
