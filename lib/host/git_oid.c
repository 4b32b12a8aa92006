#include "host/git_oid.h"

#include <stdio.h>
#include <string.h>

enum { SHA1_DIGITS = 40, SHA256_DIGITS = 64 };

bool git_is_oid(const char *bytes, size_t n) {
    return (n == SHA1_DIGITS || n == SHA256_DIGITS) && strspn(bytes, "0123456789abcdef") >= n;
}

bool git_oid_line(char oid[OID_SIZE], const char *said) {
    size_t n = strcspn(said, "\n");
    bool is = git_is_oid(said, n);
    snprintf(oid, OID_SIZE, "%.*s", is ? (int)n : 0, said);
    return is;
}
