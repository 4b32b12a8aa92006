#include "rules/report_event.h"

#include <stdlib.h>

void report_event_release(struct report_event *event) {
    free(event->prompt);
    free(event->prompt_id);
    free(event->reply);
    free(event->detail);
    free(event->transcript);
    *event = (struct report_event){0};
}
