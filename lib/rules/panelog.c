#include "rules/panelog.h"

#include <string.h>

#include "base/clean.h"
#include "base/text.h"

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a };

/* After ESC, of which kind is the sequence? */
enum sequence { SEQUENCE_SHORT, SEQUENCE_CSI, SEQUENCE_STRING };

static enum sequence sequence_of(char c) {
    if (c == '[')
        return SEQUENCE_CSI;
    return c != '\0' && strchr("]PX^_", c) != NULL ? SEQUENCE_STRING : SEQUENCE_SHORT;
}

/* Parameters and intermediates up to the final byte; anything else breaks it off and is kept. */
static size_t skip_csi(const char *bytes, size_t n, size_t at) {
    while (at < n && bytes[at] >= 0x20 && bytes[at] <= 0x3f)
        at++;
    return at < n && bytes[at] >= 0x40 && bytes[at] <= 0x7e ? at + 1 : at;
}

/* Up to BEL or ESC \; an ESC that begins something else ends it, as terminals do. */
static size_t skip_string(const char *bytes, size_t n, size_t at) {
    for (; at < n; at++) {
        if (bytes[at] == BEL || bytes[at] == CAN || bytes[at] == SUB)
            return at + 1;
        if (bytes[at] == ESC)
            return at + 1 < n && bytes[at + 1] == '\\' ? at + 2 : at;
    }
    return at;
}

/* ESC ( B and their kin: intermediates, then one final byte. */
static size_t skip_short(const char *bytes, size_t n, size_t at) {
    while (at < n && bytes[at] >= 0x20 && bytes[at] <= 0x2f)
        at++;
    return at < n && bytes[at] >= 0x30 && bytes[at] <= 0x7e ? at + 1 : at;
}

static size_t skip(const char *bytes, size_t n, size_t at) {
    if (at >= n)
        return at;
    switch (sequence_of(bytes[at])) {
    case SEQUENCE_CSI:
        return skip_csi(bytes, n, at + 1);
    case SEQUENCE_STRING:
        return skip_string(bytes, n, at + 1);
    case SEQUENCE_SHORT:
        break;
    }
    return skip_short(bytes, n, at);
}

void panelog_plain(struct text *out, const char *bytes, size_t n) {
    struct text kept = {.max = out->max};

    for (size_t at = 0; at < n;) {
        size_t start = at;

        while (at < n && bytes[at] != ESC)
            at++;
        text_addn(&kept, bytes + start, at - start);
        at = skip(bytes, n, at + 1);
    }
    clean_text(out, text_str(&kept), kept.len);
    out->over = out->over || kept.over;
    text_release(&kept);
}
