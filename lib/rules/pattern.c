#include "rules/pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of nodes: a few MiB. DEEP: groups in groups, each a call of ours and several of regcomp's. */
enum { HEAVY = 20000, DEEP = 100, REPEAT_MAX = 32768 };

const char pattern_heavy_words[] = "would take too much memory or time, because it repeats what is repeated already, "
                                   "or refers back to a group by its number; leave out a + or a {}, or that";

static const char *skip_bracket(const char *at) {
    at += at[1] == '^' ? 2 : 1;
    if (*at == ']')
        at++;
    while (*at && *at != ']') {
        bool named = *at == '[' && at[1] && strchr(".:=", at[1]);
        const char *end = named ? strchr(at + 2, ']') : NULL;

        at = end ? end + 1 : at + 1;
    }
    return *at ? at + 1 : at;
}

/* How often glibc writes out what stands before a repeat; *at moves behind it. 0: there is none. */
static int64_t repeats(const char **at) {
    long long least, most;
    char *end;

    if (**at == '*' || **at == '?' || **at == '+')
        return *(*at)++ == '+' ? 2 : 1;
    if (**at != '{')
        return 0;
    least = strtoll(*at + 1, &end, 10);
    most = *end == ',' ? strtoll(end + 1, &end, 10) : 0;
    if (*end != '}')
        return 0;
    *at = end + 1;
    most = most > least ? most : least;
    return most >= REPEAT_MAX ? REPEAT_MAX : most + 1;
}

/* Up to the end of the group; HEAVY at the least for what is too much. */
static int64_t nodes(const char **at, int depth) {
    int64_t sum = 1;

    if (depth > DEEP)
        return HEAVY;
    while (**at && sum < HEAVY) {
        int64_t one = 1, times;

        if (**at == ')' && depth)
            break;
        if (**at == '(') {
            (*at)++;
            one = nodes(at, depth + 1);
            *at += **at == ')';
        } else if (**at == '[') {
            *at = skip_bracket(*at);
        } else if (**at == '\\' && (*at)[1] >= '1' && (*at)[1] <= '9') {
            return HEAVY; /* no extended one has it; glibc does, and takes for ever */
        } else {
            *at += **at == '\\' && (*at)[1] ? 2 : 1;
        }
        while (one < HEAVY && (times = repeats(at)) > 0)
            one *= times;
        sum += one;
    }
    return sum;
}

bool pattern_is_heavy(const char *pattern) {
    return nodes(&pattern, 0) >= HEAVY;
}
