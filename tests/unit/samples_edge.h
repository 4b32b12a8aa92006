#ifndef MC_SAMPLES_EDGE_H
#define MC_SAMPLES_EDGE_H

/* Each string that a program of the samples copies ends where its page ends, and so does each input, and the next page
 * cannot be read; or it begins where its page begins, and the one before cannot be: who reads one byte too many dies.
 * Linked with --wrap of these functions. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { EDGE_PAGE = 65536, EDGES = 2048, EDGE_INPUT = 4 * EDGE_PAGE }; /* a multiple of every machine's page */

static struct {
    char *pages, *input;
    char *unused[EDGES]; /* the end of each page that nothing stands in */
    size_t count;
    bool front; /* what comes now begins at its edge */
} edges;

/* `size` bytes that can be used before a page that cannot, `count` times. */
static inline char *edge_map(size_t size, size_t count) {
    int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
    char *all = mmap(NULL, (size + EDGE_PAGE) * count + EDGE_PAGE, PROT_NONE, MAP_PRIVATE, zero, 0);

    close(zero);
    if (all == MAP_FAILED)
        exit(2);
    all += EDGE_PAGE;
    for (size_t i = 0; i < count; i++)
        if (mprotect(all + i * (size + EDGE_PAGE), size, PROT_READ | PROT_WRITE) != 0)
            exit(2);
    return all;
}

static inline void edge_begin(void) {
    if (edges.pages)
        return;
    edges.input = edge_map(EDGE_INPUT, 1) + EDGE_INPUT;
    edges.pages = edge_map(EDGE_PAGE, EDGES);
    for (size_t i = 0; i < EDGES; i++)
        edges.unused[edges.count++] = edges.pages + i * 2 * EDGE_PAGE + EDGE_PAGE;
}

/* The bytes, which stand there until the next ones do. */
static inline const char *edge_of(const char *bytes, size_t n) {
    edge_begin();
    return n > EDGE_INPUT ? bytes : memmove(edges.input - (edges.front ? EDGE_INPUT : n), bytes, n);
}

char *__real_xstrndup(const char *s, size_t n);
char *__wrap_xstrndup(const char *s, size_t n);
char *__wrap_xstrndup(const char *s, size_t n) {
    size_t length = s ? strnlen(s, n) : EDGE_PAGE;
    char *copy;

    edge_begin();
    if (length >= EDGE_PAGE || edges.count == 0)
        return __real_xstrndup(s, n);
    copy = edges.unused[--edges.count] - (edges.front ? EDGE_PAGE : length + 1);
    memcpy(copy, s, length);
    copy[length] = '\0';
    return copy;
}

char *__wrap_xstrdup(const char *s);
char *__wrap_xstrdup(const char *s) {
    return s ? __wrap_xstrndup(s, strlen(s)) : NULL;
}

void __real_free(void *at);
void __wrap_free(void *at);
void __wrap_free(void *at) {
    size_t place = (size_t)((char *)at - edges.pages);

    if (!edges.pages || (char *)at < edges.pages || place >= (size_t)EDGES * 2 * EDGE_PAGE)
        __real_free(at);
    else
        edges.unused[edges.count++] = edges.pages + place / (2 * EDGE_PAGE) * 2 * EDGE_PAGE + EDGE_PAGE;
}

#endif
