#include "rules/database.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

const char database_no_password[] =
    "a password in its name would stand in every list of processes: put it into ~/.pgpass or a service file (see "
    "mc-pickup-hosts(7))";

const char database_no_server[] =
    "this is no name of a board on a server: write postgresql://HOST/DATABASE or service=NAME (see mc-pickup-hosts(7))";

#define SPOOL "spool:"
#define CUT "…"
#define BLANKS " \t\n\v\f\r" /* libpq's own: isspace in the C locale */

enum { PART_LONGEST = 200 };

/* Any scheme is looked at, not only ours: what is refused for its name is shown in a message too. */
enum shape { SHAPE_PATH, SHAPE_URI, SHAPE_WORDS, SHAPE_SPOOL };

/* With which libpq's words begin where somebody has left out service=. */
static const char *const first_words[] = {"service",  "host",     "hostaddr",    "port",    "dbname",          "user",
                                          "password", "passfile", "sslpassword", "sslmode", "application_name"};

/* What is shown of a name, in libpq's words. */
static const char *const shown_words[] = {"host", "hostaddr", "port", "dbname", "user", "service"};

/* Whatever ends so is one, also where libpq knows no such word: who wrote it meant it so. */
static const char *const secret_words[] = {"password", "passwd", "pass", "pwd", "secret"};

#define IN(words, word, n) one_of(words, sizeof(words) / sizeof *(words), word, n)

static bool one_of(const char *const *words, size_t count, const char *word, size_t n) {
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == n && strncasecmp(words[i], word, n) == 0)
            return true;
    return false;
}

static size_t blanks(const char *s) {
    return strspn(s, BLANKS);
}

static size_t letters(const char *s) {
    return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
}

/* The length of "scheme://", 0 for what is none. Of our own a slash too few is a slip, and so is a blank before it. */
static size_t scheme(const char *name) {
    const char *word = name + blanks(name);
    size_t n = letters(word);
    bool ours = (n == 8 || n == 10) && strncasecmp(word, "postgresql", n) == 0;

    if (!n || word[n] != ':' || (!ours && strncmp(word + n, "://", 3) != 0))
        return 0;
    for (int slash = 0; slash < 2 && word[n + 1] == '/'; slash++)
        n++;
    return (size_t)(word - name) + n + 1;
}

static bool first_word(const char *name, const char *const *words, size_t count) {
    const char *word = name + blanks(name);
    size_t n = letters(word);

    return n && word[n + blanks(word + n)] == '=' && one_of(words, count, word, n);
}

static enum shape shape(const char *name) {
    if (text_starts(name, SPOOL))
        return SHAPE_SPOOL;
    if (scheme(name))
        return SHAPE_URI;
    return first_word(name, first_words, sizeof first_words / sizeof *first_words) ? SHAPE_WORDS : SHAPE_PATH;
}

enum database_kind database_kind(const char *name) {
    static const char *const service[] = {"service"};

    if (text_starts(name, SPOOL))
        return DATABASE_SPOOL;
    if (strncasecmp(name + blanks(name), "postgres:", 9) == 0 ||
        strncasecmp(name + blanks(name), "postgresql:", 11) == 0)
        return DATABASE_SERVER;
    return first_word(name, service, 1) ? DATABASE_SERVER : DATABASE_FILE;
}

const char *database_spool_folder(const char *name) {
    return text_starts(name, SPOOL) ? name + strlen(SPOOL) : NULL;
}

static int hex(char c) {
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* A NUL that is written so ends nothing here. */
static char *decoded(const char *s) {
    struct text out = {0};

    for (; *s; s++) {
        int high = *s == '%' ? hex(s[1]) : -1, low = high >= 0 ? hex(s[2]) : -1;

        if (low >= 0)
            s += 2;
        text_addc(&out, low < 0 ? *s : high || low ? (char)(high * 16 + low) : '?');
    }
    return text_take(&out);
}

static bool ends_secret(const char *s, size_t n) {
    for (size_t i = 0; i < sizeof secret_words / sizeof *secret_words; i++) {
        size_t length = strlen(secret_words[i]);

        if (length <= n && strncasecmp(s + n - length, secret_words[i], length) == 0)
            return true;
    }
    return false;
}

/* Where a word of libpq's begins, also with another sign behind it than "=". */
static bool begins_secret(const char *s) {
    for (const char *at = s; (at = strpbrk(at, BLANKS "?&;")) != NULL;) {
        size_t n = letters(++at);

        if (n && ends_secret(at, n))
            return true;
    }
    return false;
}

/* "password", blanks or none, "=": as a parameter, as one of libpq's words, and inside of another's value. */
static bool names_secret(const char *s) {
    for (const char *at = s; (at = strchr(at, '=')) != NULL; at++) {
        size_t n = (size_t)(at - s);

        while (n > 0 && strchr(BLANKS, s[n - 1]))
            n--;
        if (ends_secret(s, n))
            return true;
    }
    return false;
}

/* A password with an unescaped slash or at sign ends elsewhere for libpq than for whoever wrote it: the last at sign
 * counts. */
static bool colon_before_at(const char *s) {
    const char *at = strrchr(s, '@'), *colon = strchr(s, ':');

    return at && colon && colon < at;
}

/* What stands where a port should be and is none may be a password whose at sign is missing. */
static bool ports_only(const char *hosts) {
    size_t n = strcspn(hosts, "/?"), digits;

    for (size_t i = 0; i < n; i++) {
        const char *end = hosts[i] == '[' ? memchr(hosts + i, ']', n - i) : NULL;

        if (end)
            i = (size_t)(end - hosts);
        if (hosts[i] != ':')
            continue;
        digits = strspn(hosts + i + 1, "0123456789");
        i += 1 + digits;
        if (!digits || (i < n && hosts[i] != ','))
            return false;
    }
    return true;
}

static bool in_authority(const char *start) {
    const char *at = strchr(start, '@');
    char *user, *plain;
    bool found;

    if (colon_before_at(start) || !ports_only(at ? at + 1 : start))
        return true;
    user = xstrndup(start, at ? (size_t)(at - start) : 0);
    plain = decoded(user);
    found = strchr(plain, ':') != NULL;
    free(plain);
    free(user);
    return found;
}

bool database_has_password(const char *name) {
    enum shape is = shape(name);
    char *plain;
    bool found;

    if (is == SHAPE_PATH || is == SHAPE_SPOOL)
        return false;
    plain = decoded(name);
    found = names_secret(plain) || begins_secret(plain) ||
            (is == SHAPE_URI ? in_authority(name + scheme(name)) : colon_before_at(name));
    free(plain);
    return found;
}

/* A part of a name, where it is plain: what has other signs is not what it stands for. */
static void put_part(struct text *out, const char *part, size_t n) {
    size_t plain = strspn(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/,:[]%@+~");

    if (plain >= n && n <= PART_LONGEST)
        text_addn(out, part, n);
    else
        text_add(out, CUT);
}

/* A % that stands for nothing is refused by libpq, which says it back. */
static bool escapes_ok(const char *s) {
    for (; (s = strchr(s, '%')) != NULL; s++)
        if (hex(s[1]) < 0 || hex(s[2]) < 0)
            return false;
    return true;
}

/* False: it is none that libpq takes. */
static bool label_uri(struct text *out, const char *rest) {
    size_t n = strcspn(rest, "/?");
    char before = '?';
    bool sound = escapes_ok(rest);

    text_add(out, "postgresql://");
    put_part(out, rest, n);
    rest += n;
    if (*rest == '/') {
        text_addc(out, *rest++);
        n = strcspn(rest, "?");
        put_part(out, rest, n);
        rest += n;
    }
    while (*rest) {
        size_t word = strcspn(++rest, "&="), whole = strcspn(rest, "&");

        if (rest[word] == '=' && IN(shown_words, rest, word)) {
            text_addc(out, before);
            text_addn(out, rest, word + 1);
            put_part(out, rest + word + 1, whole - word - 1);
            before = '&';
        }
        sound = sound && rest[word] == '=';
        rest += whole;
    }
    return sound;
}

/* The length of a value of libpq's words, its quotes included; 0: there is none, or its quote is open. */
static size_t value_length(const char *s) {
    size_t n = *s == '\'';

    if (!n) {
        while (s[n] && !blanks(s + n))
            n += s[n] == '\\' && s[n + 1] ? 2 : 1;
        return n;
    }
    while (s[n] && s[n] != '\'')
        n += s[n] == '\\' && s[n + 1] ? 2 : 1;
    return s[n] ? n + 1 : 0;
}

static bool label_words(struct text *out, const char *s) {
    for (s += blanks(s); *s; s += blanks(s)) {
        size_t word = letters(s), gap = word + blanks(s + word), n;
        const char *value = s + gap;
        bool quoted;

        value += *value == '=';
        value += blanks(value);
        n = value_length(value);
        if (!word || s[gap] != '=' || !n) {
            text_addf(out, "%s" CUT, out->len ? " " : "");
            return false;
        }
        quoted = *value == '\'';
        if (IN(shown_words, s, word)) {
            text_addf(out, "%s%.*s=", out->len ? " " : "", (int)word, s);
            put_part(out, value + quoted, n - 2 * quoted);
        }
        s = value + n;
    }
    return true;
}

char *database_label(const char *name) {
    struct text out = {0};

    if (database_has_password(name))
        text_add(&out, database_kind(name) == DATABASE_SERVER ? "postgresql://" CUT : CUT);
    else if (database_kind(name) != DATABASE_SERVER)
        text_add(&out, name);
    else if (shape(name) == SHAPE_WORDS)
        (void)label_words(&out, name);
    else if (text_starts(name + letters(name), "://"))
        (void)label_uri(&out, name + scheme(name));
    else
        text_add(&out, "postgresql://" CUT);
    return text_take(&out);
}

/* Of a file that is called so nobody would write a second word. */
static bool is_words_for_psql(const char *name) {
    const char *at = name + blanks(name);
    bool more = false;

    if (shape(name) != SHAPE_WORDS)
        return false;
    while (!more && *(at += strcspn(at, BLANKS))) {
        more = first_word(at, first_words, sizeof first_words / sizeof *first_words);
        at += blanks(at);
    }
    return more;
}

bool database_is_sound(const char *name) {
    struct text ignored = {0};
    bool uri = text_starts(name, "postgresql://") || text_starts(name, "postgres://"), sound;

    if (database_kind(name) == DATABASE_FILE)
        return !is_words_for_psql(name);
    if (database_kind(name) != DATABASE_SERVER)
        return true;
    if (uri)
        sound = label_uri(&ignored, name + scheme(name));
    else
        sound = text_starts(name + blanks(name), "service") && label_words(&ignored, name);
    text_release(&ignored);
    return sound;
}

char *database_word(const char *word) {
    const char *equals = *word == '-' ? strchr(word, '=') : NULL, *name = equals ? equals + 1 : word;
    struct text out = {0};
    char *label;

    if (!database_has_password(name))
        return xstrdup(word);
    label = database_label(name);
    text_addn(&out, word, (size_t)(name - word));
    text_add(&out, label);
    free(label);
    return text_take(&out);
}
