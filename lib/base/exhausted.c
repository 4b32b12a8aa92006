#include "base/exhausted.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/exits.h"

static const char *last_words;

void exhausted_well(const char *words) {
    last_words = words;
}

void exhausted(void) {
    if (last_words) {
        fputs(last_words, stdout);
        fflush(stdout);
        _Exit(MC_OK);
    }
    fputs("out of memory: nothing more was done; free some memory and try again\n", stderr);
    _Exit(MC_OSERR);
}
