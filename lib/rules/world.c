#include "rules/world.h"

#include <stdlib.h>

static void case_release(struct world_case *one) {
    ticket_release(&one->ticket);
    run_release(&one->run);
    runtime_release(&one->runtime);
    message_release(&one->message);
}

void world_release(struct world *world) {
    if (!world)
        return;
    for (size_t i = 0; i < world->case_count; i++)
        case_release(&world->cases[i]);
    for (size_t i = 0; i < world->session_count; i++)
        run_release(&world->sessions[i].run);
    free(world->unasked);
    free(world->mass_death_mark);
    free(world->no_server_mark);
    free(world->cases);
    free(world->sessions);
    *world = (struct world){0};
}
