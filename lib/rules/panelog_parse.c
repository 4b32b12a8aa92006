#include "rules/panelog_parse.h"

#include <string.h>

#include "base/clean.h"

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a, DEL = 0x7f };
enum { NUMBER_MAX = 9999, UNKNOWN = 0xFFFD };
enum state { GROUND, ESCAPE, CHARSET, SHORT, CSI, STRING, STRING_ESCAPE };

static void give(struct panelog_parse *parse, enum panelog_word word) {
    parse->token.word = word;
    parse->take(parse->context, &parse->token);
}

static void give_point(struct panelog_parse *parse, uint32_t point) {
    static const char lines[] = "-|+++++"; /* for whatever form it takes */

    if (parse->lines && point >= 'j' && point <= 'x')
        point = point == 'q' ? 0x2500 : point == 'x' ? 0x2502 : (uint32_t)lines[2];
    parse->token.point = point;
    give(parse, PANELOG_POINT);
}

static void give_character(struct panelog_parse *parse) {
    uint32_t point;
    bool valid;
    size_t n = clean_character(parse->bytes, parse->n, &valid, &point);

    /* C1 controls have no place in UTF-8 text. */
    if (!valid || n != parse->n)
        give_point(parse, UNKNOWN);
    else if (point >= 0xA0)
        give_point(parse, point);
    parse->n = 0;
    parse->need = 0;
}

static size_t length_of(unsigned char lead) {
    return lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 1;
}

static void add_high(struct panelog_parse *parse, char byte) {
    bool continues = ((unsigned char)byte & 0xC0) == 0x80;

    if (parse->n && !continues)
        give_character(parse);
    if (!parse->n)
        parse->need = length_of((unsigned char)byte);
    parse->bytes[parse->n++] = byte;
    if (parse->n == parse->need)
        give_character(parse);
}

static void begin(struct panelog_parse *parse, enum state state) {
    parse->state = (int)state;
    memset(&parse->token, 0, sizeof parse->token);
}

static void ground(struct panelog_parse *parse, char byte) {
    if ((unsigned char)byte >= 0x80) {
        add_high(parse, byte);
        return;
    }
    if (parse->n)
        give_character(parse);
    if (byte == ESC) {
        begin(parse, ESCAPE);
    } else if (byte >= ' ' && byte != DEL) {
        give_point(parse, (uint32_t)byte);
    } else if (byte >= '\b' && byte <= '\r') {
        parse->token.point = (uint32_t)byte;
        give(parse, PANELOG_CONTROL);
    }
}

static void escape(struct panelog_parse *parse, char byte) {
    parse->state = GROUND;
    if (byte == '[') {
        begin(parse, CSI);
        parse->token.count = 1;
    } else if (byte && strchr("]PX^_", byte)) {
        parse->state = STRING;
    } else if (byte == '(') {
        parse->state = CHARSET;
    } else if (byte >= ' ' && byte < '0') {
        parse->state = SHORT;
    } else if (byte == ESC) {
        parse->state = ESCAPE;
    } else if (byte >= '0' && byte < DEL) {
        parse->token.final = byte;
        give(parse, PANELOG_ESCAPE);
    } else {
        ground(parse, byte);
    }
}

/* Anything but what belongs into one breaks it off. */
static void csi(struct panelog_parse *parse, char byte) {
    struct panelog_token *token = &parse->token;
    int32_t *number = &token->numbers[token->count - 1];

    if (byte >= '0' && byte <= '9') {
        *number = *number * 10 + (byte - '0') < NUMBER_MAX ? *number * 10 + (byte - '0') : NUMBER_MAX;
    } else if (byte == ';' || byte == ':') {
        token->count += token->count < PANELOG_NUMBERS;
        token->numbers[token->count - 1] = 0;
    } else if (byte >= ' ' && byte <= '?') {
        token->private = byte;
    } else {
        parse->state = GROUND;
        token->final = byte;
        if (byte >= '@' && byte < DEL)
            give(parse, PANELOG_CSI);
        else
            ground(parse, byte);
    }
}

static void step(struct panelog_parse *parse, char byte) {
    switch ((enum state)parse->state) {
    case GROUND:
        ground(parse, byte);
        return;
    case ESCAPE:
        escape(parse, byte);
        return;
    case CHARSET:
        parse->lines = byte == '0';
        parse->state = GROUND;
        return;
    case SHORT:
        parse->state = byte >= ' ' && byte < '0' ? SHORT : GROUND;
        return;
    case CSI:
        csi(parse, byte);
        return;
    case STRING:
        if (byte == BEL || byte == CAN || byte == SUB)
            parse->state = GROUND;
        else if (byte == ESC)
            parse->state = STRING_ESCAPE;
        return;
    case STRING_ESCAPE: /* another than the end's begins something else, as in terminals */
        begin(parse, GROUND);
        if (byte != '\\')
            escape(parse, byte);
        return;
    }
}

void panelog_parse_add(struct panelog_parse *parse, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        step(parse, bytes[i]);
}
