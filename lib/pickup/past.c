#include "pickup/past.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/text.h"
#include "pickup/work.h"
#include "rules/story.h"
#include "store/journal.h"
#include "store/runtimes.h"

/* What the story is told from. */
struct past {
    char *told, *reply, *word, *end;
};

static void past_release(struct past *past) {
    free(past->told);
    free(past->reply);
    free(past->word);
    free(past->end);
}

static bool read_past(struct board *board, const struct run *last, struct past *past, struct err *err) {
    const struct journal_look reply = {.ticket_id = last->ticket_id, .run_id = last->run_id, .kind = "reply"};
    const struct journal_look word = {.ticket_id = last->ticket_id, .run_id = last->run_id, .kind = "signal"};

    return messages_told(board, last->ticket_id, &past->told, err) && journal_last(board, &reply, &past->reply, err) &&
           journal_last(board, &word, &past->word, err) && journal_end(board, &word, &past->end, err);
}

bool past_tell(const struct work *work, bool spoken, struct text *story, struct err *err) {
    struct board *board = work->site->board;
    struct past past = {0};
    struct run last = {0};
    char *program = site_ticket_program();
    bool ok = runs_worked(board, work->run_id, &last, err) && (!*last.run_id || read_past(board, &last, &past, err));

    if (ok && *last.run_id)
        story_tell(story, &(struct story){.key = work->key,
                                          .program = program,
                                          .told = past.told,
                                          .reply = past.reply,
                                          .word = past.word,
                                          .end = past.end,
                                          .spoken = spoken});
    run_release(&last);
    past_release(&past);
    free(program);
    return ok;
}
