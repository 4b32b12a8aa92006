#include "rules/page.h"

const enum ticket_status page_order[TICKET_STATUS_COUNT] = {
    TICKET_NEEDS_INPUT, TICKET_IN_REVIEW, TICKET_BLOCKED, TICKET_IN_PROGRESS,
    TICKET_TODO,        TICKET_INBOX,     TICKET_DONE,    TICKET_CANCELLED,
};

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

void page_shares(const int64_t counts[TICKET_STATUS_COUNT], int64_t limit, int64_t shares[TICKET_STATUS_COUNT]) {
    int64_t left = limit;

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        left -= shares[i] = least(counts[i], limit / TICKET_STATUS_COUNT);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        enum ticket_status status = page_order[i];
        int64_t more = least(counts[status] - shares[status], left);

        shares[status] += more;
        left -= more;
    }
}

int64_t page_scale(int64_t part, int64_t whole, int64_t length) {
    if (part <= 0 || whole <= 0)
        return 0;
    if (part >= whole)
        return length;
    return (int64_t)((double)part / (double)whole * (double)(length - 1)) + 1;
}
