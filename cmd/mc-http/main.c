/* One HTTP exchange for mc-pickup: the request in wire form (host/http_wire.h) on standard input, the reply in wire
 * form on standard output. A program of its own, so that an idle pickup does not load libcurl, the token is in no
 * argument and no environment, and what a hostile answer costs is bounded here. */

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/exhausted.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/curl.h"
#include "host/http.h"
#include "host/http_wire.h"
#include "host/spawn.h"

/* REPLY_LOST is none of the codes that say "nothing was sent" (host/http.c). */
enum { MEMORY_MAX = 512 * 1024 * 1024, REPLY_LOST = 1 };

#if defined(__SANITIZE_ADDRESS__)
#define MC_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MC_SANITIZED 1
#endif
#endif

/* No core with the token in it, no other process of this user that reads our memory, no more memory than it takes. */
static void set_limits(void) {
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
#ifndef MC_SANITIZED /* which reserves terabytes and reads itself */
    const struct rlimit memory = {MEMORY_MAX, MEMORY_MAX};
    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    setrlimit(RLIMIT_AS, &memory);
#endif
}

/* All of standard input into one buffer that never moves: no copy of the token stays behind. */
static bool read_input(char *bytes, size_t *n) {
    while (*n < HTTP_REQUEST_MAX) {
        ssize_t got = read(STDIN_FILENO, bytes + *n, HTTP_REQUEST_MAX - *n);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0)
            *n += (size_t)got;
    }
    return false;
}

static bool write_output(const char *bytes, size_t n) {
    while (n) {
        ssize_t put = write(STDOUT_FILENO, bytes, n);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            bytes += put;
            n -= (size_t)put;
        }
    }
    return true;
}

static int complain(int code, const char *why) {
    fprintf(stderr, "mc-http: %s\n", why);
    return code;
}

static int answer(char *bytes, size_t n) {
    struct http_request request;
    struct http_reply reply;
    struct argv headers = {0};
    struct text wire = {0};
    int code = REPLY_LOST;
    if (!http_wire_get_request(&request, &headers, bytes, n)) {
        code = complain(MC_USAGE, "the request is not in wire form");
        goto out;
    }
    http_perform(&request, &reply);
    http_wire_put_reply(&wire, &reply);
    http_reply_release(&reply);
    if (!wire.over && write_output(wire.data, wire.len))
        code = MC_OK;
out:
    xwipe(bytes, n);
    text_release(&wire);
    argv_release(&headers);
    return code;
}

int main(int argc, char **argv) {
    (void)argv;
    exhausted_as("mc-http", NULL);
    spawn_close_descriptors();
    if (argc != 1 || isatty(STDIN_FILENO))
        return complain(MC_USAGE, "this is a part of mc-pickup and takes a request in wire form on standard input");
    set_limits();
    size_t n = 0;
    char *bytes = xmalloc(HTTP_REQUEST_MAX);
    int code =
        read_input(bytes, &n) ? answer(bytes, n) : complain(MC_IOERR, "the request could not be read or is too long");
    free(bytes);
    return code;
}
