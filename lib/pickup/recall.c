#include "pickup/recall.h"

#include "base/clock.h"
#include "base/mem.h"
#include "rules/last_turn.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/runtimes.h"

enum { NOT_KNOWN = -1 };

bool recall_turns(struct site *site, struct runtime *row, struct err *err) {
    struct message_list messages = {0};
    struct activity_list story = {0};
    struct last_turn last = {0};
    int64_t now = clock_monotonic();
    bool ok = messages_of_ticket(site->board, row->ticket_id, &messages, err) &&
              journal_list(site->board, row->ticket_id, &story, err);

    if (ok)
        last_turn_find(&last, &(struct turn_traces){.run_id = row->run_id,
                                                    .messages = messages.items,
                                                    .message_count = messages.count,
                                                    .story = story.items,
                                                    .story_count = story.count});
    row->status = last.nonce ? RUNTIME_RUNNING : RUNTIME_IDLE;
    xreplace(&row->turn_nonce, last.nonce);
    xreplace(&row->last_turn_marker, last.before);
    row->turn_count = last.turns;
    row->turn_started_at = last.sent_at;
    row->turn_started_tick = last.nonce ? now : 0;
    row->idle_tick = last.nonce ? 0 : now;
    row->harvest_offset = NOT_KNOWN;
    message_list_release(&messages);
    activity_list_release(&story);
    return ok;
}
