#include "help.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call.h"

enum { WIDTH = 100 };

/* The headings of the table of commands, each before its first. */
static const struct {
    const char *first, *heading;
} headings[] = {
    {"list", "looking"},
    {"add", "adding and changing"},
    {"promote", "moving"},
    {"send", "speaking with the agent"},
    {"init", "keeping it running"},
    {"import", "importing and exporting"},
    {"signal", "for the agent"},
    {"complete", "for the shells"},
};

/* What an option means to one command alone. */
static const struct {
    const char *command;
    enum option_id option;
    const char *help;
} meanings[] = {
    {"list", OPTION_PROFILE, "only tickets of this profile"},
    {"list", OPTION_WORKSPACE, "only tickets of this workspace"},
    {"list", OPTION_LABEL, "only tickets with this label; given again, with all of them"},
    {"list", OPTION_LIMIT, "at most so many, default 200; 0: all of them"},
    {"watch", OPTION_PROFILE, "only tickets of this profile"},
    {"watch", OPTION_WORKSPACE, "only tickets of this workspace"},
    {"watch", OPTION_LABEL, "only tickets with this label; given again, with all of them"},
    {"watch", OPTION_LIMIT, "at most so many, and no more than there is room for"},
    {"show", OPTION_LIMIT, "so many rows of the story, default 100; 0: all of them"},
    {"page", OPTION_LIMIT, "name at most so many tickets, default 1000"},
    {"page", OPTION_OUTPUT, "the same as -o: where; - is standard output"},
    {"health", OPTION_OUTPUT, "the same as -o: write the metrics to FILE; - is standard output"},
    {"import", OPTION_PRIORITY, "of lines that say none: critical, high, medium (default) or low"},
    {"import", OPTION_PROFILE, "of lines that say none"},
    {"import", OPTION_WORKSPACE, "of lines that say none"},
    {"import", OPTION_LABEL, "a label for every line, with its own; may be given again"},
    {"import", OPTION_INBOX, "tickets that say no status are not released for work yet"},
    {"import", OPTION_TODO, "they are released for work (default)"},
    {"edit", OPTION_BODY, "the new text; empty: none"},
    {"edit", OPTION_PRIORITY, "critical, high, medium or low"},
    {"edit", OPTION_PROFILE, "the agent's profile; empty: the configuration's"},
    {"edit", OPTION_WORKSPACE, "what it is about; empty: the configuration's"},
    {"log", OPTION_RUN, "of this run: the number of its attempt, or its id; default: the last"},
    {"turn-event", OPTION_RUN, "the run, by its id; default: $MC_RUN"},
};

static const char *meaning(const char *command, enum option_id option) {
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].option == option && strcmp(meanings[i].command, command) == 0)
            return meanings[i].help;
    return options_row(option)->help;
}

/* "--db FILE" */
static void add_form(struct text *out, const struct option_row *row) {
    text_add(out, row->name);
    if (row->value != NULL)
        text_addf(out, row->optional ? " [%s]" : " %s", row->value);
}

static void option_line(struct text *out, enum option_id id, const char *help) {
    struct text left = {0};

    add_form(&left, options_row(id));
    text_addf(out, "  %-18s %s\n", text_str(&left), help);
    text_release(&left);
}

static void always_lines(struct text *out) {
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if ((BIT_ALWAYS & OPTION_BIT(id)) != 0)
            option_line(out, id, options_row(id)->help);
}

void help_all(const struct command *commands) {
    struct text out = {0};
    size_t heading = 0;

    text_add(&out, "usage: mc-ticket COMMAND [options]\n");
    for (const struct command *command = commands; command->name != NULL; command++) {
        struct text left = {0};
        if (heading < sizeof headings / sizeof headings[0] && strcmp(headings[heading].first, command->name) == 0)
            text_addf(&out, "\n%s:\n", headings[heading++].heading);
        text_addf(&left, "%s %s", command->name, command->words);
        text_addf(&out, "  %-34s %s\n", text_str(&left), command->help);
        text_release(&left);
    }
    text_add(&out, "\noptions of every command:\n");
    always_lines(&out);
    text_add(&out, "\nmc-ticket COMMAND --help has those of one; all of it is in mc-ticket(1)\n");
    fputs(text_str(&out), stdout);
    text_release(&out);
}

/* "usage: mc-ticket …", in lines that fit. */
static void synopsis(struct text *out, const struct command *command) {
    struct text all = {0};
    size_t column;

    text_addf(&all, "usage: mc-ticket %s%s%s", command->name, command->words[0] != '\0' ? " " : "", command->words);
    column = all.len;
    text_add(out, text_str(&all));
    for (enum option_id id = 0; id < OPTION_COUNT; id++) {
        struct text one = {0};
        if ((command->options & OPTION_BIT(id)) == 0)
            continue;
        text_add(&one, " [");
        add_form(&one, options_row(id));
        text_addc(&one, ']');
        if (column + one.len > WIDTH) {
            text_add(out, "\n           ");
            column = strlen("           ");
        }
        text_add(out, text_str(&one));
        column += one.len;
        text_release(&one);
    }
    text_release(&all);
}

void help_one(const struct command *command) {
    struct text out = {0};

    synopsis(&out, command);
    text_addf(&out, "\n\n%s\n\n", command->help);
    for (enum option_id id = 0; id < OPTION_COUNT; id++)
        if ((command->options & ~BIT_ALWAYS & OPTION_BIT(id)) != 0)
            option_line(&out, id, meaning(command->name, id));
    if ((command->options & ~BIT_ALWAYS) != 0)
        text_add(&out, "\n");
    always_lines(&out);
    fputs(text_str(&out), stdout);
    text_release(&out);
}
