#ifndef MC_PAGE_STYLE_H
#define MC_PAGE_STYLE_H

/* The page's one style sheet, in pieces (NULL ends them), and the hash by which its Content-Security-Policy lets this
 * one in and no other (CSP 3, "sha256-…"; tests/page holds them together). No < & ]]> in it: it stands as it is in HTML
 * and in XML. */
extern const char *const page_style[];
extern const char page_style_hash[];

#endif
