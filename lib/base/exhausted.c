#include "base/exhausted.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/exits.h"

static const char *name, *last_answer, *last_words;

void exhausted_as(const char *program, const char *answer) {
    name = program;
    last_answer = answer;
}

void exhausted_well(const char *words) {
    last_words = words;
}

void exhausted(void) {
    const char *answer = last_words ? last_words : last_answer;

    if (answer)
        fputs(answer, stdout);
    fflush(stdout);
    if (last_words)
        _Exit(MC_OK);
    if (name)
        fprintf(stderr, "%s: ", name);
    fputs(EXHAUSTED_WORDS "\n", stderr);
    _Exit(MC_OSERR);
}
