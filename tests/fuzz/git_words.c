/* What a git and the remote behind it say on standard error, told to a person. */
#include "host/git_command.h"

#include "base/err.h"
#include "fuzz.h"
#include "rules/paused.h"

const struct fuzz_shape fuzz_shape = {"", "\n", "", false};

/* One failure of bounded length that names what it is of; what to do is nothing that the words have put together. */
static void refuses(const char *said, bool network) {
    static char repo[] = "/work/repo", common[] = "/work/repo/.git";
    static const char *const args[] = {"fetch", "--", "origin", NULL};
    const struct git git = {.repo = repo, .common = common};
    const struct git_call call = {.args = args, .network = network};
    const struct git_command command = {.git = &git, .call = &call};
    struct err err = {0};

    HOLDS(!git_command_refuse(&command, said, &err));
    HOLDS(err.text && err.code != MC_OK && strlen(err.text) < 4096 && strstr(err.text, repo));
    HOLDS(text_starts(err.text, "git fetch in ") || text_starts(err.text, "repository /work/repo: "));
    err_release(&err);
}

/* A row that a hand may have written pauses, whatever it says, and tells it in one line. */
static void pauses(const char *row) {
    struct paused paused;
    struct text out = {0};
    char *words;

    HOLDS(paused_read(&paused, row) && paused.at >= 0);
    words = paused_words(&paused, "2026");
    HOLDS(text_starts(words, "paused"));
    fuzz_is_line(words);
    paused_write(&out, paused.at, paused.by, paused.reason);
    fuzz_is_line(text_str(&out));
    free(words);
    text_release(&out);
    paused_release(&paused);
}

void fuzz_one(const char *bytes, size_t n) {
    char *s = fuzz_string(bytes, n);

    refuses(s, n % 2);
    pauses(s);
    free(s);
}
