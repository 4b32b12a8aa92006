#include "fuzz.h"

#include <stdio.h>
#include <time.h>

#include "base/clean.h"
#include "base/fnv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

_Noreturn void fuzz_broken(const char *promise, const char *file, int line) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, promise);
    abort();
}

char *fuzz_string(const char *bytes, size_t n) {
    char *string = xmalloc(n + 1);

    if (n)
        memcpy(string, bytes, n);
    string[n] = '\0';
    return string;
}

char *fuzz_copy(const void *bytes, size_t n) {
    char *copy = xmalloc(n + !n);

    if (n)
        memcpy(copy, bytes, n);
    return copy;
}

bool fuzz_same(const char *a, const char *b) {
    return (!a && !b) || text_same(a, b);
}

void fuzz_is_clean(const char *s, size_t n) {
    HOLDS(strlen(s) == n);
    HOLDS(clean_is_utf8(s, n));
    for (size_t at = 0; at < n;) {
        bool valid = false;
        uint32_t point = 0;

        at += clean_character(s + at, n - at, &valid, &point);
        HOLDS(valid);
        HOLDS(point == '\n' || point == '\t' || (point >= 0x20 && (point < 0x7F || point > 0x9F)));
    }
}

void fuzz_is_line(const char *s) {
    fuzz_is_clean(s, strlen(s));
    HOLDS(strpbrk(s, "\n\t") == NULL);
}

void fuzz_is_shown(const char *s, size_t n) {
    for (size_t at = 0; at < n;) {
        bool valid = false;
        uint32_t point = 0;

        at += clean_character(s + at, n - at, &valid, &point);
        HOLDS(point == '\n' || point == '\t' || !clean_is_hidden(point));
    }
}

#ifdef MC_FUZZ
/* The cost of an input is counted: the edges of our own code that it takes and the bytes that are added to texts, which
 * are the same each time; and for what the C library does, where that is long, the processor's time. */
enum { SMALLEST = 8 * 1024, SIZES = 3, EVERY = 2048, TRIES = 3, STEPS_A_BYTE = 50, SLOW_NS = 30 * 1000 * 1000 };
static const double LINEAR = 3; /* of twice the bytes; what is quadratic takes four */

/* The sanitizer's strstr reads all of the text at each call, the library's what it needs: a loop over what it finds
 * would be quadratic here and nowhere else. */
const char *__asan_default_options(void);

__attribute__((no_sanitize("all"))) const char *__asan_default_options(void) {
    return "intercept_strstr=0";
}

void __wrap___sanitizer_cov_trace_pc(void);
bool __wrap_text_add(struct text *text, const char *s);
bool __wrap_text_addn(struct text *text, const char *bytes, size_t n);
bool __real_text_addn(struct text *text, const char *bytes, size_t n);
static uint64_t steps;

__attribute__((no_sanitize("coverage"))) void __wrap___sanitizer_cov_trace_pc(void) {
    steps++;
}

bool __wrap_text_addn(struct text *text, const char *bytes, size_t n) {
    steps += n;
    return __real_text_addn(text, bytes, n);
}

bool __wrap_text_add(struct text *text, const char *s) {
    return __wrap_text_addn(text, s, strlen(s));
}

/* Where that begins which is repeated. */
static size_t last_part(const char *bytes, size_t n) {
    size_t at = n;

    while (at > 0 && bytes[at - 1])
        at--;
    return fuzz_shape.parts && at < n ? at : 0;
}

static void repeat(struct text *out, const char *bytes, size_t n, size_t size) {
    size_t once = last_part(bytes, n);

    text_clear(out);
    text_addn(out, bytes, once);
    bytes += once;
    n -= once;
    text_add(out, fuzz_shape.head);
    while (out->len < size) {
        text_addn(out, bytes, n);
        text_add(out, fuzz_shape.between);
    }
    text_addn(out, bytes, n);
    text_add(out, fuzz_shape.tail);
}

struct cost {
    double steps, ns;
};

static struct cost cost_of(const char *bytes, size_t n) {
    struct timespec from, to;
    uint64_t before = steps;
    char *copy = fuzz_string(bytes, n);

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    fuzz_one(copy, n);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    free(copy);
    return (struct cost){(double)(steps - before),
                         1e9 * (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec)};
}

static bool grows(double small, double middle, double large, double floor) {
    return large > floor && middle > LINEAR * small && large > LINEAR * middle;
}

static void costs(struct cost cost[SIZES], const char *bytes, size_t n) {
    struct text repeated = {0};

    for (int i = 0; i < SIZES; i++) {
        struct cost one;

        repeat(&repeated, bytes, n, (size_t)SMALLEST << i);
        one = cost_of(repeated.data, repeated.len);
        cost[i].steps = one.steps;
        cost[i].ns = cost[i].ns > 0 && cost[i].ns < one.ns ? cost[i].ns : one.ns;
    }
    text_release(&repeated);
}

static void is_linear(const char *bytes, size_t n) {
    struct cost cost[SIZES] = {{0, 0}};
    bool slow = true;

    for (int tries = 0; slow && tries < TRIES; tries++) {
        costs(cost, bytes, n);
        slow = grows(cost[0].ns, cost[1].ns, cost[2].ns, SLOW_NS);
    }
    if (slow || grows(cost[0].steps, cost[1].steps, cost[2].steps, (double)STEPS_A_BYTE * (SMALLEST << 2))) {
        fprintf(stderr, "slower than linear: %.0f, %.0f, %.0f steps and %.0f, %.0f, %.0f us of 8, 16, 32 KiB of it\n",
                cost[0].steps, cost[1].steps, cost[2].steps, cost[0].ns / 1000, cost[1].ns / 1000, cost[2].ns / 1000);
        abort();
    }
}

/* The same inputs each time, or what was found could not be repeated; of a corpus all (tests/fuzz/run). */
static bool is_measured(const uint8_t *bytes, size_t n) {
    if (getenv("MC_FUZZ_MEASURE"))
        return n > 0;
    return n > 0 && n <= SMALLEST && fnv_add(FNV_BEGIN, (const char *)bytes, n) % EVERY == 0;
}
#else
static bool is_measured(const uint8_t *bytes, size_t n) {
    (void)bytes;
    (void)n;
    return false;
}

static void is_linear(const char *bytes, size_t n) {
    (void)bytes;
    (void)n;
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    fuzz_one((const char *)bytes, n);
    if (is_measured(bytes, n))
        is_linear((const char *)bytes, n);
    return 0;
}
