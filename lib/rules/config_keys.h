#ifndef MC_CONFIG_KEYS_H
#define MC_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every key of the configuration: one row says its type, range, default and where it is stored. */
enum key_type {
    KEY_GROUP,      /* an object of keys with "NAME." before them */
    KEY_NUMBER,     /* int64_t within [low, high] */
    KEY_TEXT,       /* char *, at most high bytes */
    KEY_PATH,       /* char *, expanded, absolute */
    KEY_BOARD,      /* char *, expanded as a path is, or what names a board on a server; null: none */
    KEY_SERVER,     /* the same, never a path (rules/database.h) */
    KEY_WORD,       /* an enum by its words */
    KEY_SWITCH,     /* bool: the second of two words is true */
    KEY_FLAG,       /* bool: true or false */
    KEY_LIST,       /* struct argv of strings, at most high of them; where there are words, of those */
    KEY_COMMAND,    /* the same; [0] is a name to look up on PATH, or an expanded path */
    KEY_PATTERN,    /* char *, ERE; "" never matches */
    KEY_PASS,       /* struct argv of patterns of names, added to those that are there */
    KEY_SEARCH,     /* char *, a PATH of absolute folders, from such a string or a list of folders, expanded */
    KEY_ENV,        /* struct argv of NAME=VALUE, from an object */
    KEY_BODY,       /* char *, JSON text, from any JSON or a string of it */
    KEY_HEADERS,    /* of struct dialect */
    KEY_STATUSES,   /* of struct dialect: success */
    KEY_RULES,      /* of struct dialect */
    KEY_REPORTS,    /* of struct profile: enum report_agent, from a flag or the name of one */
    KEY_PROFILES,   /* of struct config */
    KEY_WORKSPACE,  /* of struct config: one row of workspaces */
    KEY_WORKSPACES, /* of struct config */
    KEY_DIALECTS,   /* of struct config */
    KEY_UNUSED      /* checked as the type in `as`, kept nowhere in this version */
};

struct key {
    const char *name;
    enum key_type type;
    enum key_type as; /* for KEY_UNUSED */
    int64_t low, high;
    const char *preset; /* default, as it is written without quotes; NULL: none */
    size_t offset;
    const char *const *words; /* NULL-terminated, for KEY_WORD, KEY_SWITCH and a KEY_LIST of them */
    const char *help;         /* one line for the starter file */
};

extern const struct key config_keys[];    /* of struct config; full names, "tmux.width" */
extern const struct key profile_keys[];   /* of struct profile */
extern const struct key dialect_keys[];   /* of struct dialect */
extern const struct key workspace_keys[]; /* of struct workspace; full names, "hooks.before_run" */

/* All end with a NULL name. */
const struct key *key_find(const struct key *keys, const char *name);

/* Every key with its type and default, for the man page test: index from 0, NULL past the end. "tmux.width". */
const char *config_key_name(size_t index);

#endif
