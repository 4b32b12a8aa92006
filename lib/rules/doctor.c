#include "rules/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"

static const char *const state_names[] = {"ok", "warn", "bad"};
_Static_assert(sizeof state_names / sizeof *state_names == DOCTOR_STATE_COUNT, "a name a state");

static const char *const check_names[] = {"configuration", "board",      "disk",    "place",   "wal",       "clock",
                                          "program",       "tmux",       "profile", "git",     "workspace", "slot",
                                          "endpoint",      "token_file", "notify",  "caller",  "linger",    "pickup",
                                          "host",          "paused",     "ticket",  "breaker", "try"};
_Static_assert(sizeof check_names / sizeof *check_names == CHECK_COUNT, "a name a check");

const char *doctor_state_name(enum doctor_state state) {
    return state_names[state];
}

const char *doctor_check_name(enum doctor_check check) {
    return check_names[check];
}

void doctor_report_release(struct doctor_report *report) {
    for (size_t i = 0; i < report->count; i++) {
        free(report->items[i].object);
        text_release(&report->items[i].words);
        text_release(&report->items[i].mend);
    }
    free(report->items);
    *report = (struct doctor_report){0};
}

/* "{1}" is a word of the finding's, "{1!}" the same as it is, also for a shell: a command that was put together
 * elsewhere. */
static void fill(struct text *out, const char *template, const char *const words[DOCTOR_WORDS], bool for_shell) {
    for (const char *at = template; *at;) {
        bool number = *at == '{' && at[1] >= '0' && at[1] < '0' + DOCTOR_WORDS;
        bool whole = number && at[2] == '!';

        if (number && (whole || at[2] == '}')) {
            const char *word = words[at[1] - '0'];

            if (for_shell && !whole)
                text_word(out, word ? word : "");
            else
                text_add(out, word ? word : "");
            at += whole ? 4 : 3;
        } else {
            text_addc(out, *at++);
        }
    }
}

/* An error's own advice may be a command already: "others may write it; run: chmod go-w FILE". */
static void take_command(struct doctor_line *line) {
    static const char mark[] = "; run: ";
    char *found = line->mend.len ? NULL : strstr(text_str(&line->words), mark);

    if (!found)
        return;
    text_add(&line->mend, found + strlen(mark));
    *found = '\0';
    line->words.len = (size_t)(found - line->words.data);
}

void doctor_add(struct doctor_report *report, enum doctor_finding finding, const char *const words[DOCTOR_WORDS]) {
    const struct doctor_row *row = &doctor_findings[finding];
    struct doctor_line line = {row->check, row->state, xstrdup(words[0] ? words[0] : ""), {0}, {0}};

    fill(&line.words, row->text, words, false);
    if (row->mend)
        fill(&line.mend, row->mend, words, true);
    take_command(&line);
    report->items = xgrow(report->items, report->count, &report->cap, sizeof *report->items);
    report->items[report->count++] = line;
}

void doctor_sort(struct doctor_report *report) {
    for (size_t i = 1; i < report->count; i++) { /* few, and nearly in order */
        struct doctor_line line = report->items[i];
        size_t at = i;

        for (; at && report->items[at - 1].check > line.check; at--)
            report->items[at] = report->items[at - 1];
        report->items[at] = line;
    }
}

enum doctor_state doctor_worst(const struct doctor_report *report) {
    enum doctor_state worst = DOCTOR_OK;

    for (size_t i = 0; i < report->count; i++)
        if (report->items[i].state > worst)
            worst = report->items[i].state;
    return worst;
}

/* A backslash is itself: a pattern, or a command to be copied. */
void doctor_say(struct text *out, const struct doctor_line *line) {
    struct text whole = {0}, safe = {0};

    text_add(&whole, text_str(&line->words));
    if (line->mend.len)
        text_addf(&whole, "; run: %s", text_str(&line->mend));
    text_addf(out, "%-5s ", doctor_state_name(line->state));
    clean_escape(&safe, text_str(&whole), whole.len);
    for (const char *at = text_str(&safe); *at; at++) {
        text_addc(out, *at);
        at += *at == '\\' && at[1] == '\\';
    }
    text_release(&safe);
    text_release(&whole);
}

void doctor_sum(struct text *out, const struct doctor_report *report) {
    size_t of[DOCTOR_STATE_COUNT] = {0};

    for (size_t i = 0; i < report->count; i++)
        of[report->items[i].state]++;
    text_addf(out, "%-5s %zu of %zu checks are well", doctor_state_name(doctor_worst(report)), of[DOCTOR_OK],
              report->count);
    if (of[DOCTOR_BAD])
        text_addf(out, ", %zu bad", of[DOCTOR_BAD]);
    if (of[DOCTOR_WARN])
        text_addf(out, ", %zu to be looked at", of[DOCTOR_WARN]);
}

struct json *doctor_line_json(const struct doctor_line *line) {
    struct json *object = json_object();

    json_put_string(object, "check", doctor_check_name(line->check));
    json_put_string(object, "state", doctor_state_name(line->state));
    json_put_string(object, "object", line->object);
    json_put_string(object, "text", text_str(&line->words));
    json_put_string(object, "mend", line->mend.len ? text_str(&line->mend) : NULL);
    return object;
}
