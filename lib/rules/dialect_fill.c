#include "rules/dialect_fill.h"

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

enum field { TICKET, NUMBER, SESSION_KEY, SESSION, RUN, RUN_ID, NONCE, MESSAGE, FIELD_COUNT };
static const char *const field_names[] = {"ticket", "number", "session_key", "session",
                                          "run",    "run_id", "nonce",       "message"};
_Static_assert(sizeof field_names / sizeof *field_names == FIELD_COUNT, "one name a field");

/* The length of a "{name}" at s, 0 when there is none. *field is FIELD_COUNT when the name is not known. */
static size_t field_at(const char *s, enum field *field) {
    size_t n = *s == '{' ? strspn(s + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
    if (n == 0 || s[n + 1] != '}')
        return 0;
    *field = FIELD_COUNT;
    for (enum field i = 0; i < FIELD_COUNT; i++)
        if (strlen(field_names[i]) == n && strncmp(field_names[i], s + 1, n) == 0)
            *field = i;
    return n + 2;
}

char *dialect_fill_error(const char *what, const char *string, enum fill fill) {
    for (const char *p = string ? string : ""; *p; p++) {
        enum field field = FIELD_COUNT;
        size_t n = field_at(p, &field);
        if (n && (field == FIELD_COUNT || (field == MESSAGE && fill != FILL_BODY)))
            return xasprintf("%s: %.*s is not known here; there are {ticket} {number} {session_key} {session} {run_id} "
                             "{nonce}%s",
                             what, (int)n, p, fill == FILL_BODY ? " {message}" : "");
    }
    return NULL;
}

static const char *field_value(const struct dialect_fields *fields, enum field field) {
    const char *values[FIELD_COUNT] = {
        [TICKET] = fields->ticket,  [SESSION_KEY] = fields->session_key, [SESSION] = fields->session,
        [RUN] = fields->run_id,     [RUN_ID] = fields->run_id,           [NONCE] = fields->nonce,
        [MESSAGE] = fields->message};
    return field < FIELD_COUNT && values[field] ? values[field] : "";
}

static void add_encoded(struct text *out, const char *value) {
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr("-._~", c);
        if (plain)
            text_addc(out, *value);
        else
            text_addf(out, "%%%02X", c);
    }
}

static void add_quoted(struct text *out, const char *value) {
    struct json *list = json_array();
    struct text printed = {0};
    json_push_string(list, value);
    json_print(list, &printed);
    text_addn(out, printed.data + 2, printed.len - 4); /* without [" and "] */
    text_release(&printed);
    json_free(list);
}

static void add_header_value(struct text *out, const char *value) {
    for (; *value; value++)
        if ((unsigned char)*value >= ' ' && *value != 127)
            text_addc(out, *value);
}

static void add_field(struct text *out, const struct dialect_fields *fields, enum field field, enum fill fill) {
    const char *value = field_value(fields, field);
    if (field == NUMBER)
        text_addf(out, "%lld", (long long)fields->number);
    else if (fill == FILL_URL)
        add_encoded(out, value);
    else if (fill == FILL_HEADER)
        add_header_value(out, value);
    else
        add_quoted(out, value);
}

static void fill_string(struct text *out, const char *string, const struct dialect_fields *fields, enum fill fill) {
    while (*string) {
        enum field field = FIELD_COUNT;
        size_t n = field_at(string, &field);
        if (n)
            add_field(out, fields, field, fill);
        else
            text_addc(out, *string);
        string += n ? n : 1;
    }
}

/* host, host:port, [v6] or [v6]:port, n bytes long. */
static const char *authority_fault(const char *host, size_t n) {
    if (memchr(host, '@', n))
        return "must not hold a user or password; use send.token_file";
    if (strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") < n)
        return "has a character that a host name cannot have";
    const char *end = host + n;
    const char *port = memchr(host, *host == '[' ? ']' : ':', n);
    if (n == 0 || port == host || (*host == '[' && (!port || port - host < 3)))
        return "has no host";
    if (*host == '[')
        port++;
    if (!port || port == end)
        return NULL;
    char digits[8] = "";
    long long number = 0;
    if (*port != ':' || end - port < 2 || end - port > 6)
        return "has no valid port";
    memcpy(digits, port + 1, (size_t)(end - port - 1));
    return text_to_int(digits, 1, 65535, &number) ? NULL : "has no valid port";
}

/* On success *rest is where path, query or nothing begins. */
static const char *url_fault(const char *url, const char **rest) {
    char scheme[9] = "";
    for (size_t i = 0; i < 8 && url[i]; i++)
        scheme[i] = url[i] >= 'A' && url[i] <= 'Z' ? (char)(url[i] | 0x20) : url[i];
    size_t skip = text_starts(scheme, "http://") ? 7 : text_starts(scheme, "https://") ? 8 : 0;
    if (!skip)
        return "must begin with http:// or https://";
    size_t n = strcspn(url + skip, "/?#");
    *rest = url + skip + n;
    for (const char *p = *rest; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 127 || *p == '#')
            return "has a blank, a #, a control or a non-ASCII character";
    return authority_fault(url + skip, n);
}

bool dialect_url(struct text *out, const struct dialect_target *target, const struct dialect_fields *fields,
                 struct err *err) {
    const char *url = target->url, *path = target->path;
    const char *rest = "";
    const char *fault = url && *url ? url_fault(url, &rest) : "is empty";
    bool append = path && *path;
    if (!fault && append && strchr(rest, '?'))
        fault = "must not hold a query, because this dialect appends a path";
    if (fault)
        return err_set(err, MC_CONFIG, "send.url %s", fault);
    char *unknown = dialect_fill_error("send.url", rest, FILL_URL);
    if (unknown) {
        err_set(err, MC_CONFIG, "%s", unknown);
        free(unknown);
        return false;
    }
    size_t n = strlen(rest);
    while (append && n && rest[n - 1] == '/')
        n--;
    char *kept = xstrndup(rest, n);
    text_addn(out, url, (size_t)(rest - url));
    fill_string(out, kept, fields, FILL_URL);
    fill_string(out, append ? path : "", fields, FILL_URL);
    free(kept);
    return true;
}

bool dialect_header(struct text *out, const char *header, const struct dialect_fields *fields) {
    fill_string(out, header, fields, FILL_HEADER);
    return !out->over;
}

/* The end of the JSON string that begins at s (a quote): behind its closing quote. */
static const char *string_end(const char *s) {
    for (s++; *s && *s != '"'; s++)
        if (*s == '\\' && s[1])
            s++;
    return *s ? s + 1 : s;
}

static const char number_alone[] = "\"{number}\"";

/* The template's text is kept as it is outside its strings: a parsed tree would lose fractions. */
bool dialect_body(struct text *out, const char *template, const struct dialect_fields *fields, struct err *err) {
    struct json *json = template ? json_parse(template, strlen(template)) : NULL;
    if (template && !json)
        return err_set(err, MC_CONFIG, "the dialect's body is not JSON; mend send.dialects");
    json_free(json);
    for (const char *p = template ? template : ""; *p;) {
        const char *end = *p == '"' ? string_end(p) : p + 1;
        size_t n = (size_t)(end - p);
        if (*p != '"') {
            text_addc(out, *p);
        } else if (n == sizeof number_alone - 1 && strncmp(p, number_alone, n) == 0) {
            text_addf(out, "%lld", (long long)fields->number);
        } else {
            char *string = xstrndup(p, n);
            fill_string(out, string, fields, FILL_BODY);
            free(string);
        }
        p = end;
    }
    return out->over ? err_set(err, MC_DATAERR, "the request's body is over %d bytes; shorten the ticket", TEXT_MAX)
                     : true;
}
