#include "host/there.h"

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/there_words.h"
#include "host/tmux.h"

enum { ANSWER_MAX = 64 * 1024, ENDING_MS = 20 * 1000 };

/* With the file that is to hold the answer as the last word. */
static bool ask(const struct there *there, struct argv *words, struct text *answer, struct err *err) {
    struct tmux patient = *there->tmux;
    bool ok;
    patient.timeout_ms = ENDING_MS;
    patient.meanwhile = NULL;
    argv_add(words, there->answer);
    files_remove(there->answer);
    ok = tmux_runs(&patient, words, err);
    if (files_exists(there->answer)) { /* whatever the server said: the session may have ended by it */
        err_release(err);
        ok = files_read(answer, there->answer, ANSWER_MAX, err);
    } else if (ok) {
        ok = err_set(err, MC_UNAVAILABLE, "%s gave no answer where the tmux server is", words->items[0]);
    }
    files_remove(there->answer);
    return ok;
}

static void begin(const struct there *there, struct argv *words, const char *what) {
    argv_addf(words, "%s/mc-launch", there->programs);
    argv_add(words, what);
}

bool there_identify(const struct there *there, int64_t pid, struct identity *identity) {
    struct argv words = {0};
    struct text answer = {0};
    struct err err = {0};
    bool told;
    begin(there, &words, THERE_WHO);
    argv_addf(&words, "%lld", (long long)pid);
    told = ask(there, &words, &answer, &err) && there_read(identity, text_str(&answer)) && identity->pid == pid &&
           proc_elsewhere(identity);
    if (!told)
        *identity = (struct identity){0};
    argv_release(&words);
    text_release(&answer);
    err_release(&err);
    return told;
}

static bool is_word(const char *answer, size_t n, const char *word) {
    return n == strlen(word) && memcmp(answer, word, n) == 0;
}

/* "ended", with a line of whom was spared; "elsewhere"; or why it did not come off. */
static enum seen judge(const char *answer, struct text *spared, struct err *err) {
    const char *rest = strchr(answer, '\n');
    size_t first = rest != NULL ? (size_t)(rest - answer) : strlen(answer);
    if (is_word(answer, first, THERE_NOT_COUNTED))
        return SEEN_NO;
    if (!is_word(answer, first, THERE_ENDED)) {
        if (first > 0)
            err_set(err, MC_UNAVAILABLE, "%.*s", (int)first, answer);
        else
            err_set(err, MC_UNAVAILABLE, "nothing was answered");
        return SEEN_UNKNOWN;
    }
    if (rest != NULL)
        text_add(spared, rest + 1);
    return SEEN_YES;
}

enum seen there_end(const struct there *there, const struct proc_target *target, struct text *spared, struct err *err) {
    struct argv words = {0};
    struct text answer = {0};
    struct text who = {0};
    enum seen ended = SEEN_UNKNOWN;
    begin(there, &words, THERE_END);
    argv_add(&words, target->run_id);
    argv_addf(&words, "%lld", (long long)target->grace_ms);
    there_write(&who, target->agent);
    argv_add(&words, text_str(&who));
    if (ask(there, &words, &answer, err))
        ended = judge(text_str(&answer), spared, err);
    argv_release(&words);
    text_release(&answer);
    text_release(&who);
    return ended;
}
