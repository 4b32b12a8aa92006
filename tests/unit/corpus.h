#ifndef MC_TEST_CORPUS_H
#define MC_TEST_CORPUS_H

#include <dirent.h>
#include <string.h>

#include "screens.h"

/* Every capture of tests/screens, and what it must be taken for. */

struct sight {
    const char *begins; /* of the case's name; the first that fits */
    enum screen_state state;
    bool interrupted;
};

static const struct sight sights[] = {
    {"ready", SCREEN_READY, false},
    {"done", SCREEN_READY, false},
    {"review-fence", SCREEN_READY, false},
    {"question-list", SCREEN_READY, false},
    {"quoted-midway", SCREEN_READY, false},
    {"other-nonce", SCREEN_READY, false},
    {"prefix-done", SCREEN_READY, false},
    {"no-word", SCREEN_READY, false},
    {"interrupted", SCREEN_READY, true},
    {"words-reply", SCREEN_READY, false},
    {"words-code", SCREEN_READY, false},
    {"words-pasted", SCREEN_OTHER, false},
    {"pasted", SCREEN_OTHER, false},
    {"words-in-reply", SCREEN_OTHER, false}, /* with a suggestion in its box */
    {"suggestion", SCREEN_OTHER, false},     /* grey in reality, and no different from a draft here */
    {"escaped-early", SCREEN_OTHER, false},  /* the prompt is back in the input */
    {"draft", SCREEN_OTHER, false},
    {"busy", SCREEN_BUSY, false},
    {"limit", SCREEN_LIMIT, false},
    {"error", SCREEN_LIMIT, false},
    {"dialog", SCREEN_DIALOG, false},
    {"question-ask", SCREEN_DIALOG, false},
    {"question-permission", SCREEN_DIALOG, false},
    {"turn?-done", SCREEN_READY, false},
    {"turn?-pasted", SCREEN_OTHER, false},
    {"turn?-busy", SCREEN_BUSY, false},
    {"turn?-after", SCREEN_BUSY, false},
};

struct capture {
    char *name; /* AGENT-WIDTH-CASE */
    struct profile profile;
    int width;
    const struct sight *sight;
    char *text, *title;
    char *nonce; /* of the last marker; NULL: none */
};

enum { CAPTURES_MAX = 400 };

struct corpus {
    struct capture all[CAPTURES_MAX];
    size_t count;
};

static inline bool begins(const char *name, const char *with) {
    for (; *with; name++, with++)
        if (*name != *with && (*with != '?' || !*name))
            return false;
    return true;
}

static inline const struct sight *sight_of(const char *name) {
    for (size_t i = 0; i < sizeof sights / sizeof sights[0]; i++)
        if (begins(name, sights[i].begins))
            return &sights[i];
    fail_msg("tests/screens: nobody says what %s is", name);
    return NULL;
}

static inline char *screens_file(const char *name, const char *ending) {
    char *path = xasprintf("%s/screens/%s.%s", MC_TESTS, name, ending);
    char *content = read_whole(path);
    free(path);
    return content;
}

static inline char *nonce_of(const char *text) {
    static const char marker[] = "[MC_TICKET_TURN";
    const char *last = NULL;
    for (const char *at = strstr(text, marker); at; at = strstr(at + 1, marker))
        last = at + 1;
    return last ? xstrndup(last, strcspn(last, " \n")) : NULL;
}

static inline void add_capture(struct corpus *corpus, const char *file, size_t length) {
    struct capture *one = &corpus->all[corpus->count++];
    char *agent;
    const char *width, *end;
    assert_true(corpus->count <= CAPTURES_MAX);
    *one = (struct capture){.name = xstrndup(file, length)};
    width = strchr(one->name, '-') + 1;
    end = strchr(width, '-') + 1;
    agent = xstrndup(one->name, (size_t)(width - one->name - 1));
    one->profile = builtin(agent);
    one->width = (int)strtol(width, NULL, 10);
    one->sight = sight_of(end);
    one->text = screens_file(one->name, "screen");
    one->title = screens_file(one->name, "title");
    one->title[strcspn(one->title, "\n")] = '\0';
    one->nonce = nonce_of(one->text);
    free(agent);
}

static inline struct corpus *corpus_open(void) {
    static const char ending[] = ".screen";
    struct corpus *corpus = xcalloc(1, sizeof *corpus);
    DIR *dir = opendir(MC_TESTS "/screens");
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        size_t n = strlen(entry->d_name);
        if (n > sizeof ending && strcmp(entry->d_name + n - (sizeof ending - 1), ending) == 0)
            add_capture(corpus, entry->d_name, n - (sizeof ending - 1));
    }
    closedir(dir);
    assert_true(corpus->count > 200);
    return corpus;
}

static inline void corpus_close(struct corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++) {
        struct capture *one = &corpus->all[i];
        free(one->name);
        free(one->text);
        free(one->title);
        free(one->nonce);
        profile_release(&one->profile);
    }
    free(corpus);
}

#endif
