#include "desk/doctor_server.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "rules/database.h"
#include "rules/health.h"
#include "store/board.h"
#include "store/facts.h"

static const char *link_words(const struct board_facts *facts) {
    if (facts->encrypted)
        return "over TLS";
    return facts->local ? "on this machine" : "without TLS";
}

static void say(struct doctor *doctor, const struct board_facts *facts) {
    const char *label = doctor->site.board_label;
    char *role = xasprintf("role %s, which %s", facts->role, facts->owner ? "owns it" : "works there");
    char took[HEALTH_WORDS_SIZE], ahead[HEALTH_WORDS_SIZE];

    health_took(facts->round_trip_us, took);
    DOCTOR_ADD(doctor->report, FOUND_BOARD_SERVER, label, facts->version, took, link_words(facts), role);
    if (!facts->encrypted && !facts->local)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_CLEAR, label);
    if (facts->standby)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_STANDBY, label);
    else if (facts->read_only)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_READONLY, label, facts->role);
    if (*facts->unsafe)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_UNSAFE, label, facts->unsafe, facts->role);
    health_ahead(facts->ahead_ms, ahead);
    if (health_apart(facts->ahead_ms))
        DOCTOR_ADD(doctor->report, FOUND_CLOCK_APART, "", ahead);
    free(role);
}

/* As agents come to it, but for what their environment lacks. */
static void say_agents(struct doctor *doctor, struct board *theirs, const char *label, struct err *err) {
    const struct site *site = &doctor->site;
    char ours_name[BOARD_NAME_SIZE], their_name[BOARD_NAME_SIZE];
    struct board_facts facts;

    if (!board_works(theirs, err) || !board_facts(theirs, &facts, err) || !board_name(theirs, their_name, err) ||
        !board_name(site->board, ours_name, err))
        doctor_add_err(doctor, FOUND_BOARD_AGENTS_UNUSABLE, label, err);
    else if (strcmp(ours_name, their_name) != 0)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_AGENTS_OTHER, label, site->board_label);
    else
        DOCTOR_ADD(doctor->report, facts.owner ? FOUND_BOARD_AGENTS_OWNER : FOUND_BOARD_AGENTS, label, facts.role);
}

static void look_agents(struct doctor *doctor) {
    const char *name = doctor->site.config.agents_database;
    struct board *theirs = NULL;
    struct err err = {0};
    char *label;

    if (!name)
        return;
    label = database_label(name);
    if (board_open(&theirs, name, BOARD_LOOK, &err))
        say_agents(doctor, theirs, label, &err);
    else
        doctor_add_err(doctor, FOUND_BOARD_AGENTS_UNUSABLE, label, &err);
    board_free(theirs);
    free(label);
}

void doctor_server(struct doctor *doctor) {
    struct board_facts facts;
    struct err err = {0};
    bool ok = board_facts(doctor->site.board, &facts, &err) && board_works(doctor->site.board, &err);

    if (ok) {
        say(doctor, &facts);
        look_agents(doctor);
    }
    ok = ok && board_whole(doctor->site.board, &err);
    if (!ok)
        doctor_lose_board(doctor, &err);
}
