#ifndef MC_RULES_DOCTOR_H
#define MC_RULES_DOCTOR_H

#include <stddef.h>

#include "base/text.h"
#include "rules/doctor_findings.h"

struct json;

/* The report of mc-ticket doctor: findings (doctor_findings.h) with their words. */
enum { DOCTOR_WORDS = 5 };

struct doctor_line {
    enum doctor_check check;
    enum doctor_state state;
    char *object;      /* what it is about; "" where there is only one of its kind */
    struct text words; /* what was seen and, where it is not good, what to do: one line */
    struct text mend;  /* the command that does it, for a shell; "" where there is none */
};
struct doctor_report {
    struct doctor_line *items;
    size_t count, cap;
};
void doctor_report_release(struct doctor_report *report);

/* One more line. words: what stands for {0} to {4} in the finding's row; the first is its object, NULL is "". A shell
 * gets each of them as one word. */
void doctor_add(struct doctor_report *report, enum doctor_finding finding, const char *const words[DOCTOR_WORDS]);
#define DOCTOR_ADD(report, finding, ...) doctor_add((report), (finding), (const char *const[DOCTOR_WORDS]){__VA_ARGS__})

/* Into the order of the checks; those of one check stay as they were found. */
void doctor_sort(struct doctor_report *report);

enum doctor_state doctor_worst(const struct doctor_report *report);

const char *doctor_state_name(enum doctor_state state);
const char *doctor_check_name(enum doctor_check check);

/* "bad   board /b: …; run: mc-ticket init", without its newline; safe for a terminal. */
void doctor_say(struct text *out, const struct doctor_line *line);

/* "bad   17 of 20 checks are well, 1 bad, 2 to be looked at". */
void doctor_sum(struct text *out, const struct doctor_report *report);

/* {"check","state","object","text","mend"}; mend null where there is no command. */
struct json *doctor_line_json(const struct doctor_line *line);

#endif
