#ifndef MC_PROMPT_H
#define MC_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct text;

struct prompt_place;

/* The text of a turn (SPEC section 8). All strings are raw; prompt_render cleans them. */
struct prompt_parts {
    const char *key; /* MC-4629 */
    int turn;        /* from 1 */
    const char *title;
    const char *body;
    const char *messages; /* notes of people, one text, may be "" */
    const char *nonce;
    const char *program; /* absolute path of mc-ticket, typed by the agent's shell; NULL, or not printable: its name */
    const struct prompt_place *place; /* NULL: the ticket's private directory */
    const char *story;                /* what came of the ticket before (rules/story.h); NULL: nothing */
};

/* The worktree that its agent works in. */
struct prompt_place {
    const char *workspace, *branch, *base;
    bool restored;    /* what was left uncommitted by the run before was put back */
    const char *told; /* what else is so of its start, a sentence; NULL: nothing */
};
enum { PROMPT_MAX = 1024 * 1024 };

/* The built-in template. Names: {{ticket}} {{title}} {{body}} {{messages}} {{finish}} {{marker}}; {{story}}; of a
 * ticket with a worktree, else empty: {{workspace}} {{branch}} {{base}}, {{worktree}} (how to work in it). */
extern const char prompt_template[];

/* An unknown {{name}}, an unclosed {{, or a template without {{marker}}, once it is cleaned: the reason in a new
 * string; NULL when good. */
char *prompt_template_error(const char *template);

/* Header line "MC-4629 turn 1" first, always, then the template (NULL: built-in) filled in one pass (what was put in is
 * not looked at again; an empty value takes the newlines behind it along). Over PROMPT_MAX: error 65, nothing cut; a
 * template that cannot work: 78. The result ends with the marker line or the template's rest, no newline at the very
 * end. */
bool prompt_render(struct text *out, const char *template, const struct prompt_parts *parts, struct err *err);

/* A later turn's text: header line, the note (parts->messages), how to finish, marker. */
bool prompt_render_note(struct text *out, const struct prompt_parts *parts, struct err *err);

/* The short turn for a prompt that was written to a file: header, "read FILE …", how to finish, marker. */
void prompt_render_file(struct text *out, const struct prompt_parts *parts, const char *path);

/* mc-ticket as the prompt names it, one word for a POSIX shell. Whoever lets an agent run it without asking must name
 * it just so: claude compares what is typed, quotes and all. */
void prompt_command(struct text *out, const char *program);

/* What we say ourselves in a turn of its own (parts->messages): to an agent whose turn ended without a word, and to one
 * that a usage limit has stopped. */
const char *prompt_nudge(void);
const char *prompt_go_on(void);

#endif
