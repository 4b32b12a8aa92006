#include "host/curl.h"

#include <curl/curl.h>

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/http.h"
#include "host/http_wire.h"

enum { MASKED_TOKEN_MIN = 4 };

struct exchange {
    const struct http_request *request;
    struct http_reply *reply;
    CURL *curl;
    struct curl_slist *headers;
    size_t header_bytes;
    bool too_big;
    bool headers_end; /* their blank line was seen: libcurl takes headers that are cut off for whole ones */
    char why[CURL_ERROR_SIZE];
};

static bool begins(const char *line, size_t n, const char *with) {
    size_t width = strlen(with);
    return n >= width && curl_strnequal(line, with, width);
}

static void keep_value(char **slot, const char *line, size_t n) {
    const char *value = (const char *)memchr(line, ':', n) + 1;
    n -= (size_t)(value - line);
    while (n && (*value == ' ' || *value == '\t'))
        value++, n--;
    while (n && strchr(" \t\r\n", value[n - 1]))
        n--;
    char *copy = xstrndup(value, n < 1024 ? n : 1024);
    xreplace(slot, copy);
    free(copy);
}

/* Also sees trailers and the headers of interim answers; the last answer's count. */
static size_t on_header(char *line, size_t size, size_t count, void *data) {
    struct exchange *exchange = data;
    size_t n = size * count;
    exchange->header_bytes += n;
    if (exchange->header_bytes > HTTP_HEADERS_MAX) {
        exchange->too_big = true;
        return 0;
    }
    if (begins(line, n, "HTTP/")) {
        exchange->headers_end = false;
        xreplace(&exchange->reply->content_type, NULL);
        xreplace(&exchange->reply->retry_after, NULL);
    }
    if (n <= 2 && (line[0] == '\r' || line[0] == '\n'))
        exchange->headers_end = true;
    if (begins(line, n, "Content-Type:"))
        keep_value(&exchange->reply->content_type, line, n);
    if (begins(line, n, "Retry-After:"))
        keep_value(&exchange->reply->retry_after, line, n);
    return n;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
    struct exchange *exchange = data;
    size_t n = size * count;
    if (!text_addn(&exchange->reply->body, bytes, n)) {
        exchange->too_big = true;
        return n == 0 ? 1 : 0;
    }
    return n;
}

static bool has_control(const char *string) {
    for (; *string; string++)
        if ((unsigned char)*string < ' ' || *string == 127)
            return true;
    return false;
}

/* A line break in a value would be a header, or a request, of somebody else's. */
static const char *request_fault(const struct http_request *request) {
    if (has_control(request->method) || has_control(request->url))
        return "the method or the url holds a control character";
    for (size_t i = 0; i < request->headers->count; i++)
        if (has_control(request->headers->items[i]))
            return "a header holds a control character";
    if (request->token && (has_control(request->token) || strpbrk(request->token, " \"") || !*request->token))
        return "the token is empty or holds a blank, a quote or a control character";
    return NULL;
}

static bool is_loopback(const char *url) {
    CURLU *parsed = curl_url();
    char *host = NULL;
    bool loopback = false;
    if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        size_t n = strlen(host);
        loopback = text_starts(host, "127.") || strcmp(host, "[::1]") == 0 || curl_strequal(host, "localhost") ||
                   (n > 10 && curl_strequal(host + n - 10, ".localhost"));
    }
    curl_free(host);
    curl_url_cleanup(parsed);
    return loopback;
}

static bool add_header(struct exchange *exchange, const char *header) {
    struct curl_slist *list = curl_slist_append(exchange->headers, header);
    if (list)
        exchange->headers = list;
    return list != NULL;
}

/* A later header of the same name takes the place of an earlier one. */
static bool comes_again(const struct argv *headers, size_t index) {
    size_t n = strcspn(headers->items[index], ":");
    for (size_t i = index + 1; i < headers->count; i++)
        if (strcspn(headers->items[i], ":") == n && curl_strnequal(headers->items[i], headers->items[index], n))
            return true;
    return false;
}

static bool add_headers(struct exchange *exchange) {
    const struct http_request *request = exchange->request;
    /* None of libcurl's own, which would ask before it sends, and say that a form is posted. */
    bool ok = add_header(exchange, "Expect:") && add_header(exchange, "Content-Type:");
    for (size_t i = 0; ok && i < request->headers->count; i++) {
        const char *header = request->headers->items[i];
        ok = comes_again(request->headers, i) || add_header(exchange, header);
    }
    if (ok && request->token) {
        char *header = xasprintf("Authorization: Bearer %s", request->token);
        ok = add_header(exchange, header);
        for (volatile char *p = header; *p; p++)
            *p = ' ';
        free(header);
    }
    return ok;
}

static CURLcode set_limits(struct exchange *exchange) {
    CURL *curl = exchange->curl;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    code = code ? code : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)exchange->request->connect_timeout_ms);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)exchange->request->timeout_ms);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)HTTP_BODY_MAX);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a hanging resolver */
    code = code ? code : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!code && exchange->request->ca_file)
        code = curl_easy_setopt(curl, CURLOPT_CAINFO, exchange->request->ca_file);
    if (!code && is_loopback(exchange->request->url))
        code = curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    return code;
}

static CURLcode set_request(struct exchange *exchange) {
    const struct http_request *request = exchange->request;
    CURL *curl = exchange->curl;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, request->url);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_USERAGENT, "mc-pickup/" MC_VERSION);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange->headers);
    if (!code && strcmp(request->method, "HEAD") == 0) {
        code = curl_easy_setopt(curl, CURLOPT_NOBODY, 1L); /* none comes: it would be waited for */
    } else if (!code && (request->body || strcmp(request->method, "GET") != 0)) {
        code = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
        code = code ? code : curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body ? request->body : "");
    }
    code = code ? code : curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    return code ? code : curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->why);
}

/* CURLE_TOO_LARGE of libcurl 8.6 and newer: a header; an older one is out of memory then. */
enum { TOO_LARGE = 100 };

/* Sent or not is told by libcurl's clock of the moment before the request: zero while it resolves, connects and
 * shakes hands. From then on it may have arrived. */
static enum transfer transfer_of(const struct exchange *exchange, CURLcode code) {
    curl_off_t begun = 0;
    if (code == CURLE_OK)
        return exchange->headers_end ? TRANSFER_DONE : TRANSFER_DROPPED;
    if (curl_easy_getinfo(exchange->curl, CURLINFO_PRETRANSFER_TIME_T, &begun) != CURLE_OK || begun == 0)
        return TRANSFER_UNREACHABLE;
    if (exchange->too_big || code == CURLE_FILESIZE_EXCEEDED || code == CURLE_OUT_OF_MEMORY || (int)code == TOO_LARGE)
        return TRANSFER_TOO_BIG;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return TRANSFER_TIMEOUT;
    if (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_BAD_CONTENT_ENCODING ||
        strstr(exchange->why, "chunk")) /* libcurl 7.88 and 8.14 call a size that is none a receive error */
        return TRANSFER_GARBAGE;
    return TRANSFER_DROPPED;
}

static void mask(char *bytes, size_t n, const char *token) {
    size_t length = token ? strlen(token) : 0;
    if (!bytes || length < MASKED_TOKEN_MIN)
        return;
    for (size_t i = 0; i + length <= n; i++)
        if (memcmp(bytes + i, token, length) == 0)
            memset(bytes + i, '*', length);
}

static void mask_string(char *string, const char *token) {
    mask(string, string ? strlen(string) : 0, token);
}

static void fill_reply(struct exchange *exchange, CURLcode code) {
    struct http_reply *reply = exchange->reply;
    const char *token = exchange->request->token;
    long status = 0;
    reply->transfer = transfer_of(exchange, code);
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    reply->status = (int)status;
    if (code != CURLE_OK)
        reply->detail = xstrdup(*exchange->why ? exchange->why : curl_easy_strerror(code));
    else if (reply->transfer != TRANSFER_DONE)
        reply->detail = xstrdup("the connection was closed within the headers");
    mask_string(reply->content_type, token);
    mask_string(reply->retry_after, token);
    mask_string(reply->detail, token);
    mask(reply->body.data, reply->body.len, token);
}

void http_perform(const struct http_request *request, struct http_reply *reply) {
    *reply = (struct http_reply){.transfer = TRANSFER_UNREACHABLE, .body = {.max = HTTP_BODY_MAX}};
    struct exchange exchange = {.request = request, .reply = reply};
    const char *fault = request_fault(request);
    if (fault) {
        reply->detail = xstrdup(fault);
        return;
    }
    exchange.curl = curl_easy_init();
    CURLcode code = exchange.curl && add_headers(&exchange) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    code = code ? code : set_limits(&exchange);
    code = code ? code : set_request(&exchange);
    code = code ? code : curl_easy_perform(exchange.curl);
    if (exchange.curl)
        fill_reply(&exchange, code);
    curl_easy_cleanup(exchange.curl);
    curl_slist_free_all(exchange.headers);
}
