#ifndef MC_ASKED_H
#define MC_ASKED_H

/* What is asked for is told, in order, and answered by the words of the sample's line (cue.h). */
#include "cue.h"
#include "samples.h"

#include "store/board.h"
#include "store/journal.h"
#include "store/runtimes.h"

#define RUN "00000000000000000000000000000001"
#define NONCE "MC_TICKET_TURN:1:1779942042145:e519f820"

enum { BEGIN = 100000 };

static struct {
    struct text out;
    int64_t now;
    int posts, times, looks;
    bool made;
} seen;

static inline bool names(const char *word, const char *name) {
    size_t n = strlen(name);

    return word && strncmp(word, name, n) == 0 && (word[n] == '\0' || word[n] == ' ');
}

/* Tells it, and whether it comes off: "fails=NAME" does not, with nth=N only that time, with code=N by that exit code;
 * "and=NAME" never does either. */
static inline bool ask(const char *name, const char *told, struct err *err) {
    bool second = names(cue_word("and"), name);

    text_addf(&seen.out, "%s%s%s\n", name, *told ? ": " : "", told);
    if (!second && !names(cue_word("fails"), name))
        return true;
    seen.times += !second;
    if (!second && cue_number("nth", seen.times) != seen.times)
        return true;
    return err_set(err, (enum mc_exit)(second ? MC_TEMPFAIL : cue_number("code", MC_TEMPFAIL)), "%s has failed", name);
}

#define ASK(name, ...)                                                                                                 \
    do {                                                                                                               \
        char *told = xasprintf(__VA_ARGS__);                                                                           \
        bool came = ask(name, told, err);                                                                              \
                                                                                                                       \
        free(told);                                                                                                    \
        if (!came)                                                                                                     \
            return false;                                                                                              \
    } while (0)

bool __wrap_board_begin(struct board *board, struct err *err);
bool __wrap_board_begin(struct board *board, struct err *err) {
    (void)board;
    return ask("begin", "", err);
}

bool __wrap_board_commit(struct board *board, struct err *err);
bool __wrap_board_commit(struct board *board, struct err *err) {
    (void)board;
    return ask("commit", "", err);
}

void __wrap_board_rollback(struct board *board);
void __wrap_board_rollback(struct board *board) {
    (void)board;
    text_add(&seen.out, "rollback\n");
}

bool __wrap_effects_result(struct board *board, const struct effect_write *result, bool *changed, struct err *err);
bool __wrap_effects_result(struct board *board, const struct effect_write *result, bool *changed, struct err *err) {
    (void)board, (void)changed;
    ASK("effect", "%s %d %d %s at %lld", result->run_id, (int)result->kind, (int)result->state, result->detail,
        (long long)result->now);
    return true;
}

bool __wrap_journal_add(struct board *board, const struct journal_row *row, struct err *err);
bool __wrap_journal_add(struct board *board, const struct journal_row *row, struct err *err) {
    (void)board;
    ASK("story", "%lld %s %s %s [%s] at %lld", (long long)row->ticket_id, row->run_id, row->author, row->kind,
        row->body, (long long)row->now);
    return true;
}

bool __wrap_journal_said(struct board *board, const struct journal_look *look, bool *said, struct err *err);
bool __wrap_journal_said(struct board *board, const struct journal_look *look, bool *said, struct err *err) {
    (void)board;
    *said = cue_has("heard");
    ASK("said", "%lld %s %s", (long long)look->ticket_id, look->run_id, look->kind);
    return true;
}

#endif
