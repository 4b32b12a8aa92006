#include "rules/skeleton.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 256 };

/* Frames and bullets are above ASCII; markdown eats `_`, `*`, `\` and backquotes; quotes and commas go with them. */
static void mark_bones(bool *counts) {
    static const char bones[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:";
    for (const char *p = bones; *p; p++)
        counts[(unsigned char)*p] = true;
}

static size_t gather(char *bones, const char *s, size_t n, const bool *counts) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bones[kept] = s[i];
        kept += counts[(unsigned char)s[i]];
    }
    return kept;
}

void skeleton_make(struct skeleton *skeleton, const char *screen, size_t n) {
    *skeleton = (struct skeleton){.screen = screen, .length = n, .block_count = n / BLOCK + 1};
    mark_bones(skeleton->counts);
    skeleton->bones = xmalloc(n + 1);
    skeleton->blocks = xmalloc(skeleton->block_count * sizeof *skeleton->blocks);
    for (size_t i = 0; i < skeleton->block_count; i++) {
        size_t from = i * BLOCK;
        skeleton->blocks[i] = skeleton->n;
        skeleton->n +=
            gather(skeleton->bones + skeleton->n, screen + from, n - from < BLOCK ? n - from : BLOCK, skeleton->counts);
    }
}

void skeleton_release(struct skeleton *skeleton) {
    free(skeleton->bones);
    free(skeleton->blocks);
    *skeleton = (struct skeleton){0};
}

size_t skeleton_place(const struct skeleton *skeleton, size_t bone) {
    size_t low = 0, high = skeleton->block_count;
    const bool *counts = skeleton->counts;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(skeleton->blocks[middle] <= bone ? &low : &high) = middle;
    }
    size_t at = low * BLOCK;
    for (size_t passed = skeleton->blocks[low]; passed < bone || !counts[(unsigned char)skeleton->screen[at]]; at++)
        passed += counts[(unsigned char)skeleton->screen[at]];
    return at;
}

/* Knuth, Morris and Pratt: what is searched repeats itself (a million `mc_signal`), and no text may cost us more. */
size_t skeleton_find(const struct skeleton *skeleton, size_t from, const char *words) {
    size_t length = strlen(words), matched = 0;
    size_t *back = xmalloc((length + 1) * sizeof *back);
    size_t found = SIZE_MAX;
    back[0] = 0;
    for (size_t i = 1, k = 0; i < length; i++) {
        while (k > 0 && words[i] != words[k])
            k = back[k - 1];
        k += words[i] == words[k];
        back[i] = k;
    }
    for (size_t at = from; at < skeleton->n && found == SIZE_MAX; at++) {
        if (matched == 0) {
            const char *first = memchr(skeleton->bones + at, words[0], skeleton->n - at);
            if (!first)
                break;
            at = (size_t)(first - skeleton->bones);
        }
        while (matched > 0 && skeleton->bones[at] != words[matched])
            matched = back[matched - 1];
        matched += skeleton->bones[at] == words[matched];
        if (matched == length)
            found = at + 1 - length;
    }
    free(back);
    return found;
}

char *skeleton_of(const char *words) {
    struct skeleton skeleton;
    skeleton_make(&skeleton, words, strlen(words));
    char *bones = xstrndup(skeleton.bones, skeleton.n);
    skeleton_release(&skeleton);
    return bones;
}
