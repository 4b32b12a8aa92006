#include "rules/ages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const int64_t day_ms = INT64_C(24) * 60 * 60 * 1000;
static const char *const words[] = {"believed", "doubted"};

enum ages_word ages_word(const struct ages_look *before, const struct ages_look *now) {
    bool same_boot = strcmp(before->boot, now->boot) == 0;
    int64_t up = same_boot ? now->up - before->up : 0;
    int64_t beside = now->wall - before->wall - up;

    if (before->wall <= 0 || beside > AGES_SLACK_MS || beside < -AGES_SLACK_MS)
        return AGES_DOUBTED;
    /* In another boot the keeping's own day, by the wall clock, is all that can be waited for. */
    return before->doubted && same_boot && up < day_ms ? AGES_WAITING : AGES_BELIEVED;
}

void ages_write(char line[AGES_LINE_SIZE], const struct ages_look *look) {
    snprintf(line, AGES_LINE_SIZE, "%" PRId64 " %" PRId64 " %.39s %s\n", look->wall, look->up, look->boot,
             words[look->doubted]);
}

bool ages_read(struct ages_look *look, const char *line) {
    char word[10] = "", newline = '\0', more;

    *look = (struct ages_look){0};
    if (sscanf(line, "%18" SCNd64 " %18" SCNd64 " %39[!-~] %9[a-z]%c%c", &look->wall, &look->up, look->boot, word,
               &newline, &more) == 5 &&
        newline == '\n' && look->wall > 0 && look->up >= 0)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strcmp(word, words[i]) == 0) {
                look->doubted = i == 1;
                return true;
            }
    *look = (struct ages_look){0};
    return false;
}
