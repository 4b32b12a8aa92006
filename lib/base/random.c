#include "base/random.h"

#include "base/err.h"

#include <errno.h>
#include <sys/random.h>

static void fill(void *out, size_t n) {
    ssize_t got;
    do
        got = getrandom(out, n, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0 || (size_t)got != n) {
        fputs("the kernel gives no random numbers: nothing more was done\n", stderr);
        _Exit(MC_OSERR);
    }
}

uint32_t random_number(void) {
    uint32_t number;
    fill(&number, sizeof number);
    return number;
}

void random_hex(char *out, size_t digits) {
    uint32_t bits = 0;
    for (size_t i = 0; i < digits; i++) {
        if (i % 8 == 0)
            bits = random_number();
        out[i] = "0123456789abcdef"[bits & 15];
        bits >>= 4;
    }
    out[digits] = '\0';
}
