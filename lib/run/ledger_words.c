#include "run/ledger_words.h"

const struct ledger_member ledger_members[RECORD_COUNT] = {
    [RECORD_TICKET] = {"ticket", true},     [RECORD_NEEDS] = {"needs", false},
    [RECORD_RUNS] = {"runs", false},        [RECORD_EFFECTS] = {"effects", false},
    [RECORD_RUNTIME] = {"runtime", true},   [RECORD_MESSAGES] = {"messages", false},
    [RECORD_STORY] = {"activity", false},   [RECORD_NOTICES] = {"notices", false},
    [RECORD_SETTING] = {"setting", true},   [RECORD_SLOT] = {"slot", true},
    [RECORD_NOTICE] = {"notice", true},     [RECORD_REQUEST] = {"request", true},
    [RECORD_ARCHIVED] = {"archived", true},
};

const enum record_kind ledger_records[LEDGER_COUNT] = {
    [LEDGER_HEAD] = RECORD_COUNT,        [LEDGER_TICKET] = RECORD_TICKET, [LEDGER_SETTING] = RECORD_SETTING,
    [LEDGER_SLOT] = RECORD_SLOT,         [LEDGER_NOTICE] = RECORD_NOTICE, [LEDGER_REQUEST] = RECORD_REQUEST,
    [LEDGER_ARCHIVED] = RECORD_ARCHIVED, [LEDGER_END] = RECORD_COUNT,
};
