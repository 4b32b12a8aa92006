#include "desk/doctor_server.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "rules/health.h"
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
    if (*facts->unsafe)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_UNSAFE, label, facts->unsafe, facts->role);
    health_ahead(facts->ahead_ms, ahead);
    if (health_apart(facts->ahead_ms))
        DOCTOR_ADD(doctor->report, FOUND_CLOCK_APART, "", ahead);
    free(role);
}

void doctor_server(struct doctor *doctor) {
    struct board_facts facts;
    struct err err = {0};

    if (board_facts(doctor->site.board, &facts, &err))
        say(doctor, &facts);
    else
        doctor_add_err(doctor, FOUND_BOARD_UNUSABLE, doctor->site.board_label, &err);
}
