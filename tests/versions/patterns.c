/* patterns FILE …: what each of these screens says of each built-in agent, a line each: by the C library's regular
 * expressions, so that two of them can be held against each other. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/profile.h"
#include "rules/screen.h"

static char *read_whole(const char *path) {
    struct text text = {0};
    char chunk[4096];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    for (size_t n = fread(chunk, 1, sizeof chunk, file); n > 0; n = fread(chunk, 1, sizeof chunk, file))
        text_addn(&text, chunk, n);
    fclose(file);
    return text_take(&text);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        char *text = read_whole(argv[i]);
        struct screen screen = {.text = text, .cursor_y = -1};
        for (size_t n = 0; n < profile_builtin_count(); n++) {
            struct profile profile;
            struct text live = {0};
            profile_from_builtin(&profile, profile_builtin(n));
            screen_live(&live, &profile, &screen);
            printf("%s %s: %d %d %d %zu\n", argv[i], profile.name, (int)screen_state(&profile, &screen, NULL),
                   screen_rests(&profile, &screen), screen_interrupted(&profile, &screen, NULL), live.len);
            text_release(&live);
            profile_release(&profile);
        }
        free(text);
    }
    return EXIT_SUCCESS;
}
