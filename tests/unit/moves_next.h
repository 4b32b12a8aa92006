#ifndef MC_MOVES_NEXT_H
#define MC_MOVES_NEXT_H

/* The lines of heal/who_moves_next.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum mover { MOVER_PERSON, MOVER_AGENT, MOVER_PICKUP, MOVER_CLOCK, MOVER_OUTSIDE, MOVER_COUNT };
static const char *const mover_names[MOVER_COUNT] = {"person", "agent", "pickup", "clock", "outside"};

enum { MOVES_ROWS = 64, MOVES_LINE = 240 };

struct moves_row {
    char line[MOVES_LINE];       /* cut up: the words below point into it */
    const char *ticket, *agent;  /* its status, and how its agent is */
    const char *by[MOVER_COUNT]; /* what each of them moves it by: commands, keys; NULL: not by this one */
    int met;
};

struct moves_next {
    struct moves_row rows[MOVES_ROWS];
    size_t count;
};

static inline char *moves_cut(char **rest, const char *end) {
    char *word = *rest, *stop = strstr(word, end);
    *rest = stop ? stop + strlen(end) : word + strlen(word);
    if (stop)
        *stop = '\0';
    word += strspn(word, " ");
    for (size_t n = strlen(word); n && (word[n - 1] == ' ' || word[n - 1] == '\n'); n--)
        word[n - 1] = '\0';
    return word;
}

static inline void moves_next_row(struct moves_row *row) {
    char *rest = row->line;
    row->ticket = moves_cut(&rest, "|");
    row->agent = moves_cut(&rest, "|");
    while (*rest) {
        char *words = moves_cut(&rest, ";");
        char *name = moves_cut(&words, ":");
        int mover = 0;
        while (mover < MOVER_COUNT && strcmp(mover_names[mover], name) != 0)
            mover++;
        if (mover == MOVER_COUNT)
            fail_msg("nobody is called %s", name);
        row->by[mover] = moves_cut(&words, ";");
    }
}

static inline void moves_next_read(struct moves_next *table) {
    FILE *file = fopen(MC_TESTS "/heal/who_moves_next.txt", "r");
    assert_non_null(file);
    while (table->count < MOVES_ROWS && fgets(table->rows[table->count].line, MOVES_LINE, file)) {
        struct moves_row *row = &table->rows[table->count];
        if (row->line[0] != '#' && row->line[0] != '\n') {
            moves_next_row(row);
            table->count++;
        }
    }
    assert_true(feof(file));
    fclose(file);
}

static inline bool moves_is(const char *line, const char *word, const char *any, bool of_any) {
    return strcmp(line, word) == 0 || (of_any && strcmp(line, any) == 0);
}

static inline struct moves_row *moves_next_find(struct moves_next *table, const char *ticket, const char *agent) {
    bool live = !strcmp(agent, "starting") || !strcmp(agent, "working") || !strcmp(agent, "resting");
    for (size_t i = 0; i < table->count; i++)
        if (moves_is(table->rows[i].ticket, ticket, "any", true) && moves_is(table->rows[i].agent, agent, "live", live))
            return &table->rows[i];
    return NULL;
}

#endif
