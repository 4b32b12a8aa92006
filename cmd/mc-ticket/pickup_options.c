#include "pickup_options.h"

#include <string.h>

const struct option_row pickup_options[PICKUP_OPTIONS] = {
    {"--ticket", "KEY", "this ticket and no other", false, false},
    {"--dry-run", NULL, "print what would happen; change nothing", false, false},
    {"--heal-only", NULL, "mend, hand out nothing", false, false},
    {"--json", NULL, "one JSON object on standard output", false, false},
    {"--config", "FILE", "the configuration", false, false},
    {"--db", "FILE", "the board", false, false},
    {"-v", NULL, "say what was done", false, false},
    {"-q", NULL, "no result, only what failed or needs somebody", false, false},
    {"--help", NULL, "this text", false, false},
    {"--version", NULL, "the version", false, false},
};

const struct option_row *pickup_option_find(const char *word, size_t length) {
    for (size_t i = 0; i < PICKUP_OPTIONS; i++)
        if (strlen(pickup_options[i].name) == length && strncmp(word, pickup_options[i].name, length) == 0)
            return &pickup_options[i];
    return NULL;
}
