/* What the last word of a command line of ours may become, for the completions of the shells. Asked at every press of a
 * key it looks, bounded, and changes nothing; where something cannot be read it offers nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "call.h"
#include "fit.h"
#include "pickup_options.h"
#include "rules/completion.h"
#include "store/breakers.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"

/* OFFERS: candidates at most; READS: tickets read of a status at most. */
enum { OFFERS = 200, READS = 1000 };

/* The line so far, and what is offered for its last word. */
struct line {
    struct call *call;
    bool pickup;                   /* mc-pickup's */
    const struct command *command; /* NULL: none yet */
    const struct option_row *open; /* whose value comes next; NULL: none */
    struct argv given;             /* names of options */
    struct argv words;             /* behind the command */
    bool only_words;
    bool lost; /* an unknown command */
    const char *db, *config;
    const char *lead; /* what stands before the word in the same: "--status=", or nothing */
    size_t lead_length;
    const char *word;
    size_t left;
    struct json *offers; /* with --json; NULL: a line each */
    bool files;
};

static const struct option_row *find_row(const struct line *line, const char *word) {
    int id = options_find(word);

    if (line->pickup)
        return pickup_option_find(word, strcspn(word, "="));
    return id < 0 ? NULL : options_row((enum option_id)id);
}

static void take_value(struct line *line, const struct option_row *row, const char *value) {
    if (strcmp(row->name, "--db") == 0)
        line->db = value;
    else if (strcmp(row->name, "--config") == 0)
        line->config = value;
}

static void take_option(struct line *line, const char *word) {
    const struct option_row *row = find_row(line, word);
    const char *equals = strchr(word, '=');

    if (row == NULL)
        return;
    argv_add(&line->given, row->name);
    if (row->value != NULL && equals != NULL)
        take_value(line, row, equals + 1);
    else if (row->value != NULL && !row->optional)
        line->open = row;
}

static void take_command(struct line *line, const char *word) {
    for (const struct command *command = line->call->commands; command->name != NULL; command++)
        if (strcmp(command->name, word) == 0)
            line->command = command;
    line->lost = line->command == NULL;
}

static void take(struct line *line, const char *word) {
    if (line->open != NULL) {
        take_value(line, line->open, word);
        line->open = NULL;
    } else if (!line->only_words && strcmp(word, "--") == 0)
        line->only_words = true;
    else if (!line->only_words && word[0] == '-' && word[1] != '\0')
        take_option(line, word);
    else if (line->command != NULL || line->pickup)
        argv_add(&line->words, word);
    else
        take_command(line, word);
}

/* `help` may be anybody's text; NULL: none. */
static void offer(struct line *line, const char *candidate, const char *help) {
    char *said, *whole;

    if (line->left == 0 || strncmp(candidate, line->word, strlen(line->word)) != 0)
        return;
    line->left--;
    said = fit_line(help ? help : "");
    whole = xasprintf("%.*s%s", (int)line->lead_length, line->lead, candidate);
    if (line->offers) {
        struct json *object = json_object();

        json_put_string(object, "word", whole);
        json_put_string(object, "help", said);
        json_push(line->offers, object);
    } else
        printf("%s\t%s\n", whole, said);
    free(whole);
    free(said);
}

/* Somebody's word, which a shell must not take for anything else. */
static void offer_plain(struct line *line, const char *candidate, const char *help) {
    if (completion_is_plain(candidate))
        offer(line, candidate, help);
}

static bool look(struct line *line, bool board) {
    struct site_options options = {.config = line->config, .db = line->db, .look = true, .no_board = !board};
    struct err err = {0};
    bool ok = site_open(&line->call->site, &options, &err);

    err_release(&err);
    return ok;
}

static void offer_ticket(struct line *line, const struct ticket *ticket) {
    char key[KEY_SIZE];
    char *help;

    site_key(&line->call->site, ticket->id, key);
    if (argv_has(&line->words, key))
        return;
    help = xasprintf("%s, %s", ticket_status_name(ticket->status), ticket->title);
    offer(line, key, help);
    free(help);
}

/* Newest change first. TICKET_STATUS_COUNT: of every status. */
static void offer_status(struct line *line, enum ticket_status status) {
    struct ticket_list list = {0};
    struct err err = {0};

    if (tickets_list(line->call->site.board, &(struct ticket_filter){.status = status, .limit = READS}, &list, &err))
        for (size_t i = list.count; i-- > 0;)
            offer_ticket(line, &list.items[i]);
    ticket_list_release(&list);
    err_release(&err);
}

static void offer_keys(struct line *line, const char *whose) {
    bool all = true;

    if (!look(line, true))
        return;
    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        all = all && completion_offers(whose, (enum ticket_status)status);
    if (all)
        offer_status(line, TICKET_STATUS_COUNT);
    for (int status = 0; !all && status < TICKET_STATUS_COUNT; status++)
        if (completion_offers(whose, (enum ticket_status)status))
            offer_status(line, (enum ticket_status)status);
}

/* Of several with commas between, the last one. */
static void take_last(struct line *line) {
    const char *comma = strrchr(line->word, ',');

    if (comma == NULL)
        return;
    if (line->lead_length == 0)
        line->lead = line->word;
    line->lead_length += (size_t)(comma + 1 - line->word);
    line->word = comma + 1;
}

static void offer_statuses(struct line *line) {
    take_last(line);
    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        offer(line, ticket_status_name((enum ticket_status)status), NULL);
}

static void offer_priorities(struct line *line) {
    for (int priority = 0; priority < PRIORITY_COUNT; priority++)
        offer(line, priority_name((enum priority)priority), NULL);
}

static void offer_profiles(struct line *line) {
    const struct config *config = &line->call->site.config;

    if (!look(line, false))
        return;
    for (size_t i = 0; i < config->profile_count; i++)
        offer_plain(line, config->profiles[i].name,
                    config->profiles[i].command.count ? config->profiles[i].command.items[0] : NULL);
}

static void offer_workspaces(struct line *line) {
    const struct config *config = &line->call->site.config;

    if (!look(line, false))
        return;
    for (size_t i = 0; i < config->workspace_count; i++)
        offer_plain(line, config->workspaces[i].name, config->workspaces[i].repo);
}

/* Those on the tickets that changed last. */
static void offer_labels(struct line *line) {
    struct argv labels = {0};
    struct ticket_list list = {0};
    struct err err = {0};

    if (look(line, true) &&
        tickets_list(line->call->site.board, &(struct ticket_filter){.status = TICKET_STATUS_COUNT, .limit = READS},
                     &list, &err))
        for (size_t i = list.count; i-- > 0;)
            for (const char *at = list.items[i].labels; at != NULL && *at != '\0'; at += *at == ',') {
                char *label = xstrndup(at, strcspn(at, ","));

                if (!argv_has(&labels, label))
                    argv_add(&labels, label);
                free(label);
                at += strcspn(at, ",");
            }
    for (size_t i = 0; i < labels.count; i++)
        offer_plain(line, labels.items[i], NULL);
    argv_release(&labels);
    ticket_list_release(&list);
    err_release(&err);
}

static void offer_slots(struct line *line) {
    struct slot_list list = {0};
    struct err err = {0};

    if (look(line, true) && slots_list(line->call->site.board, line->call->site.config.host, &list, &err))
        for (size_t i = 0; i < list.count; i++)
            offer_plain(line, list.items[i].name, slot_state_name(list.items[i].state));
    slot_list_release(&list);
    err_release(&err);
}

static void offer_breakers(struct line *line) {
    struct breaker_list list = {0};
    struct err err = {0};

    if (look(line, true) && breakers_list(line->call->site.board, &list, &err))
        for (size_t i = 0; i < list.count; i++)
            offer_plain(line, list.items[i].thing, NULL);
    breaker_list_release(&list);
    err_release(&err);
}

/* The attempts of log's ticket, the last one first. */
static void offer_runs(struct line *line) {
    struct run_list runs = {0};
    struct err err = {0};
    int64_t id = 0;

    if (line->words.count && look(line, true) &&
        key_parse(line->words.items[0], line->call->site.config.ticket_prefix, &id) &&
        runs_of_ticket(line->call->site.board, id, &runs, &err))
        for (size_t i = runs.count; i-- > 0;) {
            char *attempt = xasprintf("%d", runs.items[i].attempt);
            offer(line, attempt, runs.items[i].outcome ? runs.items[i].outcome : "under way");
            free(attempt);
        }
    run_list_release(&runs);
    err_release(&err);
}

static void offer_value(struct line *line, const struct option_row *row) {
    static const struct {
        const char *option;
        void (*offer)(struct line *line);
    } values[] = {
        {"--status", offer_statuses},      {"--priority", offer_priorities},
        {"--profile", offer_profiles},     {"--try", offer_profiles},
        {"--workspace", offer_workspaces}, {"--label", offer_labels},
        {"--no-label", offer_labels},      {"--run", offer_runs},
    };

    if (strcmp(row->value, "KEY") == 0)
        offer_keys(line, row->name);
    else if (strcmp(row->value, "FILE") == 0)
        line->files = true;
    else if (row->value[0] >= 'a' && row->value[0] <= 'z') /* the word itself */
        offer(line, row->value, row->help);
    else
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
            if (strcmp(row->name, values[i].option) == 0)
                values[i].offer(line);
}

static void offer_option(struct line *line, const struct option_row *row) {
    if (row->many || !argv_has(&line->given, row->name))
        offer(line, row->name, row->help);
}

static void offer_options(struct line *line) {
    for (size_t i = 0; line->pickup && i < PICKUP_OPTIONS; i++)
        offer_option(line, &pickup_options[i]);
    for (int id = 0; !line->pickup && id < OPTION_COUNT; id++)
        if (((line->command ? line->command->options : 0) | BIT_ALWAYS) & OPTION_BIT(id))
            offer_option(line, options_row((enum option_id)id));
}

static void offer_commands(struct line *line) {
    for (const struct command *command = line->call->commands; command->name != NULL; command++)
        offer(line, command->name, command->help);
}

/* "DONE|REVIEW" or the literal word, of a synopsis. */
static void offer_literals(struct line *line, const char *words, size_t length) {
    for (const char *at = words; at < words + length; at++) {
        size_t rest = (size_t)(words + length - at);
        const char *end = memchr(at, '|', rest);
        char *word = xstrndup(at, end ? (size_t)(end - at) : rest);

        offer(line, word, NULL);
        at += strlen(word);
        free(word);
    }
}

/* The next word of the command, by its synopsis. */
static void offer_word(struct line *line) {
    size_t length = 0;
    const char *word = completion_word(line->command->words, line->words.count, &length);
    char *name = word ? xstrndup(word, length) : NULL;

    if (name == NULL)
        return;
    if (strcmp(name, "KEY") == 0)
        offer_keys(line, line->command->name);
    else if (strcmp(name, "SLOT") == 0)
        offer_slots(line);
    else if (strcmp(name, "THING") == 0)
        offer_breakers(line);
    else if (strcmp(name, "FILE") == 0)
        line->files = true;
    else if (strchr(name, '|') || (name[0] >= 'a' && name[0] <= 'z'))
        offer_literals(line, name, length);
    free(name);
}

static void offer_all(struct line *line) {
    const struct option_row *row = NULL;

    if (!line->open && !line->only_words && strncmp(line->word, "--", 2) == 0 && strchr(line->word, '='))
        row = find_row(line, line->word);
    if (row && row->value) {
        line->lead = line->word;
        line->lead_length = strcspn(line->word, "=") + 1;
        line->word += line->lead_length;
        offer_value(line, row);
    } else if (line->open)
        offer_value(line, line->open);
    else if (line->lost)
        return;
    else if (!line->only_words && line->word[0] == '-')
        offer_options(line);
    else if (line->command)
        offer_word(line);
    else if (!line->pickup)
        offer_commands(line);
}

/* What was not said yet. Files are the shell's to look for. */
static void say(struct line *line) {
    struct json *object;

    if (!line->offers) {
        fputs(line->files ? "\tFILE\n" : "", stdout);
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put(object, "offers", line->offers);
    json_put_bool(object, "files", line->files);
    call_print(object);
}

bool command_complete(struct call *call, struct err *err) {
    size_t count = call->options.words.count;
    char *const *words = call->options.words.items;
    struct line line = {.call = call, .lead = "", .word = count > 2 ? words[count - 1] : "", .left = OFFERS};

    line.pickup = strcmp(call_word(call, 0), "mc-pickup") == 0;
    if (!line.pickup && strcmp(call_word(call, 0), "mc-ticket") != 0)
        return err_set(err, MC_USAGE, "complete %s: PROGRAM is mc-ticket or mc-pickup", call_word(call, 0));
    for (size_t i = 2; i + 1 < count; i++)
        take(&line, words[i]);
    if (call->json)
        line.offers = json_array();
    offer_all(&line);
    say(&line);
    argv_release(&line.given);
    argv_release(&line.words);
    return true;
}
