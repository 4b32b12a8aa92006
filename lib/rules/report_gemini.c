#include "rules/report_gemini.h"

#include <stdbool.h>

/* What is said again is at least so long: two equal words at an end are no sign. And so many steps for each byte. */
enum { AGAIN_MIN = 24, STEPS = 8 };

/* Is bytes[whole + 1 … n) the end of bytes[0 … whole), not all of it, with blanks put in? Read from the end, so that a
 * wrong guess ends soon. */
static bool says_again(const char *bytes, size_t whole, size_t n, size_t *steps) {
    size_t first = whole, again = n;

    while (again > whole + 1 && *steps > 0) {
        --*steps;
        if (first > 1 && bytes[again - 1] == bytes[first - 1])
            first--;
        else if (bytes[again - 1] != ' ')
            return false;
        again--;
    }
    return again == whole + 1 && first >= 1;
}

size_t report_gemini_length(const char *bytes, size_t n) {
    size_t steps = n * STEPS;

    for (size_t whole = n / 3; whole + 1 + AGAIN_MIN <= n && steps > 0; whole++)
        if (whole > 0 && bytes[whole] == ' ' && says_again(bytes, whole, n, &steps))
            return whole;
    return n;
}
