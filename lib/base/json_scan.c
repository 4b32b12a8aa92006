#include "base/json_scan.h"

#include <string.h>

static const int max_depth = 64;

static bool value(struct json_scan *scan, const char *path);

static bool fault(struct json_scan *scan, const char *what) {
    if (scan->fault == NULL)
        scan->fault = what;
    return false;
}

static bool looking_at(const struct json_scan *scan, const char *word) {
    size_t n = strlen(word);
    return (size_t)(scan->end - scan->at) >= n && memcmp(scan->at, word, n) == 0;
}

static bool take(struct json_scan *scan, char c) {
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

static bool comment(struct json_scan *scan) {
    bool block = scan->at[1] == '*';
    const char *start = scan->at;
    for (scan->at += 2; scan->at < scan->end; scan->at++) {
        if (!block && *scan->at == '\n')
            return true;
        if (block && looking_at(scan, "*/")) {
            scan->at += 2;
            return true;
        }
    }
    if (!block)
        return true;
    scan->at = start;
    return fault(scan, "a comment is not closed");
}

static bool space(struct json_scan *scan) {
    while (scan->at < scan->end) {
        if (scan->comments && (looking_at(scan, "//") || looking_at(scan, "/*"))) {
            if (!comment(scan))
                return false;
        } else if (*scan->at != '\0' && strchr(" \t\r\n", *scan->at) != NULL) {
            scan->at++;
        } else {
            break;
        }
    }
    return true;
}

/* The four digits after \u, or -1. */
static long hex4(const struct json_scan *scan) {
    long number = 0;
    if (scan->end - scan->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdefABCDEF";
        const char *digit = scan->at[i] == '\0' ? NULL : strchr(digits, scan->at[i]);
        if (digit == NULL)
            return -1;
        long nibble = digit - digits;
        number = number * 16 + (nibble > 15 ? nibble - 6 : nibble);
    }
    return number;
}

static bool escaped_unit(struct json_scan *scan) {
    long unit = hex4(scan);
    if (unit < 0)
        return fault(scan, "\\u takes four hex digits");
    if (unit == 0)
        return fault(scan, "\\u0000 is not taken");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return fault(scan, "half of a surrogate pair");
    scan->at += 4;
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (!looking_at(scan, "\\u"))
        return fault(scan, "half of a surrogate pair");
    scan->at += 2;
    long low = hex4(scan);
    if (low < 0xDC00 || low > 0xDFFF)
        return fault(scan, "half of a surrogate pair");
    scan->at += 4;
    return true;
}

static bool string(struct json_scan *scan) {
    const char *start = scan->at++;
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c < 0x20)
            return fault(scan, "a control character or the end of the line in a string");
        scan->at++;
        if (c == '"')
            return true;
        if (c != '\\')
            continue;
        if (take(scan, 'u')) {
            if (!escaped_unit(scan))
                return false;
        } else if (scan->at < scan->end && *scan->at != '\0' && strchr("\"\\/bfnrt", *scan->at) != NULL) {
            scan->at++;
        } else {
            return fault(scan, "an unknown escape in a string");
        }
    }
    scan->at = start;
    return fault(scan, "a string is not closed");
}

static size_t digits(struct json_scan *scan) {
    const char *start = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
        scan->at++;
    return (size_t)(scan->at - start);
}

static bool number(struct json_scan *scan) {
    take(scan, '-');
    const char *first = scan->at;
    size_t whole = digits(scan);
    if (whole == 0 || (whole > 1 && *first == '0'))
        return fault(scan, "a number that is none");
    if (take(scan, '.') && digits(scan) == 0)
        return fault(scan, "a number that is none");
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+'))
            take(scan, '-');
        if (digits(scan) == 0)
            return fault(scan, "a number that is none");
    }
    return true;
}

const char *json_path_below(const char *path, const char *key, size_t n) {
    if (path == NULL || strlen(path) < n || memcmp(path, key, n) != 0)
        return NULL;
    if (path[n] == '.')
        return path + n + 1;
    return path[n] == '\0' ? path + n : NULL;
}

static bool member(struct json_scan *scan, const char *path) {
    const char *key = scan->at;
    if (key == scan->end || *key != '"')
        return fault(scan, "a name in quotes is missing");
    if (!string(scan))
        return false;
    const char *below = json_path_below(path, key + 1, (size_t)(scan->at - key) - 2);
    if (!space(scan))
        return false;
    if (!take(scan, ':'))
        return fault(scan, "a colon is missing");
    return value(scan, below);
}

static bool element(struct json_scan *scan, const char *path, size_t index) {
    char name[32];
    int n = snprintf(name, sizeof name, "%zu", index);
    return value(scan, json_path_below(path, name, (size_t)n));
}

static bool container(struct json_scan *scan, const char *path) {
    bool object = *scan->at == '{';
    char close = object ? '}' : ']';
    if (++scan->depth > max_depth)
        return fault(scan, "more than 64 levels deep");
    scan->at++;
    if (!space(scan))
        return false;
    if (!take(scan, close)) {
        size_t index = 0;
        do {
            if (!space(scan))
                return false;
            if (index > 0 && scan->at < scan->end && *scan->at == close)
                return fault(scan, object ? "a comma stands before the }" : "a comma stands before the ]");
            if (!(object ? member(scan, path) : element(scan, path, index)) || !space(scan))
                return false;
            index++;
        } while (take(scan, ','));
        if (!take(scan, close))
            return fault(scan, object ? "a comma or } is missing" : "a comma or ] is missing");
    }
    scan->depth--;
    return true;
}

static bool word(struct json_scan *scan) {
    static const char *const words[] = {"null", "true", "false"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (looking_at(scan, words[i])) {
            scan->at += strlen(words[i]);
            return true;
        }
    if (scan->at == scan->end && scan->depth == 0)
        return fault(scan, "it is empty");
    return fault(scan,
                 scan->at == scan->end ? "it ends too early: a bracket or quote is left open" : "a value is missing");
}

static bool value(struct json_scan *scan, const char *path) {
    if (!space(scan))
        return false;
    if (path != NULL && *path == '\0')
        scan->found = scan->at;
    char c = '\0';
    if (scan->at < scan->end)
        c = *scan->at;
    if (c == '{' || c == '[')
        return container(scan, path);
    if (c == '"')
        return string(scan);
    if (c == '-' || (c >= '0' && c <= '9'))
        return number(scan);
    return word(scan);
}

/* Some editors begin a file with U+FEFF. */
static void skip_mark(struct json_scan *scan) {
    static const char mark[] = "\xEF\xBB\xBF";
    size_t n = sizeof mark - 1;

    if (scan->comments && (size_t)(scan->end - scan->at) >= n && memcmp(scan->at, mark, n) == 0)
        scan->at += n;
}

bool json_scan(struct json_scan *scan, const char *path) {
    skip_mark(scan);
    if (!value(scan, path) || !space(scan))
        return false;
    return scan->at == scan->end || fault(scan, "something stands after the end");
}
