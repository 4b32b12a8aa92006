#ifndef MC_AGES_H
#define MC_AGES_H

#include <stdbool.h>
#include <stdint.h>

/* What is removed because it is days old is as old as the wall clock says, which anybody sets. So that clock is looked
 * at by a keeping at a time, beside the boot clock, and believed only as it was found before. */
struct ages_look {
    int64_t wall, up; /* both clocks, ms; wall 0: there was no look */
    char boot[40];
    bool doubted; /* the clock was not believed then */
};

enum ages_word {
    AGES_BELIEVED,
    AGES_DOUBTED, /* nothing is removed; this look is what the next ones are held against */
    AGES_WAITING, /* nothing is removed: the look that doubted is not a day old by the boot clock */
};

/* The clock is believed where it went on by no more than AGES_SLACK_MS beside the boot clock since the look before (in
 * another boot: at all), to either side; after a doubt a day later. Off for longer, a machine is doubted for a day. */
#define AGES_SLACK_MS (INT64_C(2) * 24 * 60 * 60 * 1000)
enum ages_word ages_word(const struct ages_look *before, const struct ages_look *now);

/* A look as a line, "WALL UP BOOT believed"; false: the line is none, and *look a look that never was. */
enum { AGES_LINE_SIZE = 100 };
void ages_write(char line[AGES_LINE_SIZE], const struct ages_look *look);
bool ages_read(struct ages_look *look, const char *line);

#endif
