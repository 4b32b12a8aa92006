/* Names of boards, as anybody writes them: a password in one is never said back. */
#include "rules/database.h"

#include "fuzz.h"

#define SECRET "s3cr3t0f0urs"

const struct fuzz_shape fuzz_shape = {"postgresql://", "&", "", false};

static void names(const char *name) {
    char *label = database_label(name), *word = database_word(name);
    const char *folder = database_spool_folder(name);

    HOLDS(database_kind(name) <= DATABASE_SPOOL);
    HOLDS((folder != NULL) == (database_kind(name) == DATABASE_SPOOL));
    HOLDS(database_has_password(name) || database_kind(name) == DATABASE_SERVER || strcmp(label, name) == 0);
    HOLDS(database_has_password(name) || *name == '-' || strcmp(word, name) == 0);
    (void)database_is_sound(name);
    free(label);
    free(word);
}

/* With one in it where libpq looks for one. */
static void secrets(const char *s) {
    static const char *const formats[][2] = {{"postgresql://ann:" SECRET "@", ""},
                                             {"postgresql://host/db?password=" SECRET "&", ""},
                                             {"service=x password=" SECRET " ", ""},
                                             {"postgresql://", ":" SECRET "@host/db"},
                                             {"service=x ", " password=" SECRET}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char *name = xasprintf("%s%s%s", formats[i][0], s, formats[i][1]);
        char *word = xasprintf("--db=%s", name), *label = database_label(name), *said = database_word(word);

        HOLDS(database_has_password(name));
        HOLDS(!strstr(label, SECRET) && !strstr(said, SECRET));
        free(name);
        free(word);
        free(label);
        free(said);
    }
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    names(s);
    secrets(s);
    free(s);
}
