#ifndef MC_PANELOG_PARSE_H
#define MC_PANELOG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a program writes to its terminal (ECMA-48, and what xterm has added), one word after the other, however the
 * bytes come in pieces. What is not known is left out whole. */
enum panelog_word {
    PANELOG_POINT,   /* point: a character to be shown */
    PANELOG_CONTROL, /* point: BS, HT, LF, CR and their kin */
    PANELOG_ESCAPE,  /* final */
    PANELOG_CSI      /* final, private, numbers */
};
enum { PANELOG_NUMBERS = 16 };
struct panelog_token {
    enum panelog_word word;
    uint32_t point;
    char final;
    char private;                     /* '?' and its kin, or an intermediate; 0: none */
    int32_t numbers[PANELOG_NUMBERS]; /* 0 where none is given, at most 9999 */
    size_t count;
};

struct panelog_parse {
    int state;
    struct panelog_token token;
    char bytes[4]; /* of a character that is not whole yet */
    size_t n, need;
    bool lines; /* letters are drawn as lines (DEC special graphics) */
    void (*take)(void *context, const struct panelog_token *token);
    void *context;
};

void panelog_parse_add(struct panelog_parse *parse, const char *bytes, size_t n);

#endif
