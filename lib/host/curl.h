#ifndef MC_CURL_H
#define MC_CURL_H

struct http_reply;
struct http_request;

/* One exchange by libcurl: within the request's limits of time, at most HTTP_HEADERS_MAX of headers and HTTP_BODY_MAX
 * of body, no redirect, http and https only, certificates verified, no proxy for a loopback address. Everything that
 * can go wrong is in the reply: UNREACHABLE only where certainly nothing was sent. reply->detail never holds the
 * token, nor do the other parts: an endpoint that echoes it gets it masked. */
void http_perform(const struct http_request *request, struct http_reply *reply);

#endif
