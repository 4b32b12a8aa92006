#include "rules/crontab.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

enum { MINUTE = 60, DAY_MINUTES = 24 * 60, DAY = DAY_MINUTES * MINUTE, FIELDS = 5, NUMBER_MAX = 8, WEEK = 7 };

static const char blanks[] = " \t";

static const struct {
    const char *word;
    int64_t every_s;
} nicknames[] = {{"@hourly", 60 * MINUTE}, {"@daily", DAY},        {"@midnight", DAY},       {"@weekly", 7 * DAY},
                 {"@monthly", 31 * DAY},   {"@yearly", 366 * DAY}, {"@annually", 366 * DAY}, {"@reboot", 0}};

/* A number at *at, which moves behind it; -1: there is none, or it is too large. */
static long take_number(const char **at, const char *end, long highest) {
    char digits[NUMBER_MAX];
    size_t n = strspn(*at, "0123456789");
    long long value = -1;

    if (*at + n > end || n >= sizeof digits)
        return -1;
    text_copy(digits, n + 1, *at);
    if (!text_to_int(digits, 0, highest, &value))
        return -1;
    *at += n;
    return (long)value;
}

/* "*", "5", "0-30/5" and what is in a list of them. */
static bool mark_part(const char *at, const char *end, bool *marks, long count) {
    long from = 0, to = count - 1, step = 1;

    if (*at == '*') {
        at++;
    } else {
        to = from = take_number(&at, end, count - 1);
        if (at < end && *at == '-') {
            at++;
            to = take_number(&at, end, count - 1);
        }
    }
    if (at < end && *at == '/') {
        at++;
        step = take_number(&at, end, DAY_MINUTES);
    }
    if (from < 0 || to < 0 || step < 1 || at != end)
        return false;
    for (long i = from; i <= to; i += step)
        marks[i] = true;
    return true;
}

static bool mark_field(const char *field, size_t n, bool *marks, long count) {
    const char *end = field + n;

    for (const char *at = field; at < end;) {
        size_t part = strcspn(at, ", \t\n");

        if (!mark_part(at, at + part, marks, count))
            return false;
        at += part + 1;
    }
    return n > 0;
}

/* Over one day, and into the next one on which it comes. */
static int64_t longest_gap(const bool minutes[60], const bool hours[24], long days) {
    long first = -1, last = -1, longest = 0;

    for (long i = 0; i < DAY_MINUTES; i++) {
        if (!minutes[i % 60] || !hours[i / 60])
            continue;
        if (first < 0)
            first = i;
        else if (i - last > longest)
            longest = i - last;
        last = i;
    }
    if (first < 0)
        return 0;
    last -= days * DAY_MINUTES;
    return (int64_t)MINUTE * (first - last > longest ? first - last : longest);
}

/* Days of the week, by numbers and names, 0 and 7 the same: how many are between two of them at most; 0: cannot be
 * told.
 */
static long days_between(const char *field, size_t n) {
    static const char names[] = "sunmontuewedthufrisat";
    bool marks[WEEK + 1] = {false};
    struct text numbers = {0};
    long last = -1, longest = 0;
    bool ok;

    for (size_t i = 0, day; i < n; i += day < WEEK ? 3 : 1) {
        for (day = 0; day < WEEK && (i + 3 > n || strncasecmp(field + i, names + 3 * day, 3) != 0);)
            day++;
        text_addc(&numbers, day < WEEK ? (char)('0' + day) : field[i]);
    }
    ok = mark_field(text_str(&numbers), numbers.len, marks, WEEK + 1);
    text_release(&numbers);
    marks[0] = marks[0] || marks[WEEK];
    for (long i = 0; ok && i < 2L * WEEK; i++)
        if (marks[i % WEEK]) {
            longest = last >= 0 && i - last > longest ? i - last : longest;
            last = i;
        }
    return longest;
}

int64_t crontab_every(const char *line) {
    static const long most[FIELDS] = {1, 1, 31, 366}; /* days between two, by the field that chooses some */
    bool minutes[60] = {false}, hours[24] = {false};
    long days = 1;

    for (size_t i = 0; i < sizeof nicknames / sizeof *nicknames; i++)
        if (strncmp(line, nicknames[i].word, strlen(nicknames[i].word)) == 0)
            return nicknames[i].every_s;
    for (int field = 0; field < FIELDS; field++) {
        size_t n = strcspn(line, " \t\n");
        long apart = field == FIELDS - 1 ? days_between(line, n) : *line == '*' ? 1 : most[field];

        if ((field == 0 && !mark_field(line, n, minutes, 60)) || (field == 1 && !mark_field(line, n, hours, 24)))
            return memchr(line, '~', n) || *line == '@' ? -1 : 0; /* some crons choose a time, or have other words */
        if (!apart)
            return -1;
        days = apart > days ? apart : days;
        line += n;
        line += strspn(line, blanks);
    }
    return longest_gap(minutes, hours, days);
}

const char *crontab_command(const char *line) {
    for (int left = *line == '@' ? 1 : FIELDS; left; left--) {
        line += strcspn(line, " \t\n");
        line += strspn(line, blanks);
    }
    return line;
}

/* What NAME is set to by this line, as a new string in *value. */
static void take_variable(const char *line, size_t n, const char *name, char **value) {
    const char *at = line + strlen(name), *end = line + n;

    if (strncmp(line, name, strlen(name)) != 0)
        return;
    at += strspn(at, blanks);
    if (*at != '=')
        return;
    at++;
    at += strspn(at, blanks);
    while (end > at && strchr(" \t\r\"'", end[-1]) != NULL)
        end--;
    at += at < end && strchr("\"'", *at) != NULL;
    free(*value);
    *value = xstrndup(at, (size_t)(end - at));
}

/* Where the program stands in a line, n bytes of it with its folder; NULL: it does not. */
static const char *find_program(const char *line, size_t length, const char *program, size_t *n) {
    size_t m = strlen(program);

    for (size_t i = 0; i + m <= length; i++) {
        const char *from = line + i, *end = from + m;
        const char *stops = end < line + length && strchr("'\"", *end) ? "'\"" : " \t;&|('\"";

        if (strncmp(from, program, m) != 0 || (i && !strchr("/ \t;&|('\"", from[-1])) ||
            (end < line + length && !strchr(" \t;&|)<>'\"", *end)))
            continue;
        while (from > line && !strchr(stops, from[-1]))
            from--;
        *n = (size_t)(end - from);
        return from;
    }
    return NULL;
}

/* The next word of a shell's, without its quotes; false: the command is over. At a % it is over for cron, which takes
 * the backslash of another away before any shell sees it. */
static bool take_word(const char **at, struct text *word, bool *unclear) {
    const char *p = *at + strspn(*at, blanks);
    char quote = '\0';

    text_clear(word);
    if (!*p || strchr(";&|)<>#%", *p))
        return false;
    for (; *p && *p != '%' && (quote || !strchr(" \t;&|)<>", *p)); p++) {
        if (*p == '\\' && p[1] == '%')
            text_addc(word, *++p);
        else if (quote ? *p == quote : *p == '\'' || *p == '"')
            quote = quote ? '\0' : *p;
        else if (*p == '\\' && quote != '\'' && p[1])
            text_addc(word, *++p);
        else
            text_addc(word, *p);
        *unclear = *unclear || (quote != '\'' && (*p == '$' || *p == '`' || (*p == '~' && word->len == 1)));
    }
    *at = p;
    return true;
}

/* "--ticket", "--ticket=MC-1" */
static const char *only_of(const char *word) {
    static const char *const only[] = {"--dry-run", "--heal-only", "--ticket", "--help", "-h", "--version"};

    for (size_t i = 0; i < sizeof only / sizeof *only; i++)
        if (text_starts(word, only[i]) && strchr("=", word[strlen(only[i])]))
            return only[i];
    return NULL;
}

static void take_options(struct crontab_call *call) {
    const struct {
        const char *name;
        char **value;
    } options[] = {{"--config", &call->config}, {"--db", &call->db}};
    const char *at = call->after + (*call->after && strchr("'\"", *call->after) != NULL);
    struct text word = {0};

    while (take_word(&at, &word, &call->unclear)) {
        call->only = call->only ? call->only : only_of(text_str(&word));
        for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
            size_t n = strlen(options[i].name);

            if (!text_starts(text_str(&word), options[i].name))
                continue;
            if (text_str(&word)[n] == '=')
                xreplace(options[i].value, text_str(&word) + n + 1);
            else if (text_str(&word)[n] == '\0' && take_word(&at, &word, &call->unclear))
                xreplace(options[i].value, text_str(&word));
            break;
        }
    }
    text_release(&word);
}

static bool read_call(const struct crontab *table, const char *line, size_t length, struct crontab_call *call) {
    size_t n = 0;
    const char *program;

    if (!*line || !strchr("0123456789*@", *line) || !(program = find_program(line, length, table->program, &n)))
        return false;
    call->line = xstrndup(line, length);
    call->before = xstrndup(line, (size_t)(program - line));
    call->program = xstrndup(program, n);
    call->after = xstrndup(program + n, (size_t)(line + length - program) - n);
    call->path = xstrdup(table->path);
    call->config = xstrdup(table->config);
    call->db = xstrdup(table->db);
    call->unclear = strpbrk(call->program, "$`~") != NULL || strchr(call->before, '$') != NULL;
    call->every_s = crontab_every(call->line);
    take_options(call);
    return true;
}

bool crontab_next(struct crontab *table, struct crontab_call *call) {
    crontab_call_release(call);
    while (*table->at) {
        const char *line = table->at + strspn(table->at, blanks);
        size_t n = strcspn(line, "\n");

        table->at = line + n + (line[n] == '\n');
        take_variable(line, n, "PATH", &table->path);
        take_variable(line, n, "MC_PICKUP_CONFIG", &table->config);
        take_variable(line, n, "MC_DB", &table->db);
        if (read_call(table, line, n, call))
            return true;
    }
    return false;
}

void crontab_call_release(struct crontab_call *call) {
    free(call->line);
    free(call->before);
    free(call->program);
    free(call->after);
    free(call->path);
    free(call->config);
    free(call->db);
    *call = (struct crontab_call){0};
}

void crontab_release(struct crontab *table) {
    free(table->path);
    free(table->config);
    free(table->db);
}
