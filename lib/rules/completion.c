#include "rules/completion.h"

#include <string.h>

#include "rules/moves.h"

#define IN(status) (1U << TICKET_##status)

enum {
    OPEN = IN(INBOX) | IN(TODO) | IN(IN_PROGRESS) | IN(IN_REVIEW) | IN(NEEDS_INPUT) | IN(BLOCKED),
    LIVE = IN(IN_PROGRESS) | IN(IN_REVIEW) | IN(NEEDS_INPUT)
};

static const struct {
    const char *command;
    unsigned statuses;
} rules[] = {
    {"send", LIVE},   /* its agent is there */
    {"attach", LIVE}, /* the same */
    {"screen", LIVE},
    {"edit", OPEN}, /* what is closed is told no more */
    {"note", OPEN},
    {"retry", IN(TODO) | IN(BLOCKED)},
    {"--ticket", IN(TODO) | IN(IN_PROGRESS)}, /* of mc-pickup */
    {"--after", OPEN | IN(DONE)},             /* one that waits for a cancelled ticket waits for ever */
};

bool completion_offers(const char *command, enum ticket_status status) {
    for (int move = 0; move < MOVE_COUNT; move++)
        if (strcmp(command, move_name((enum move)move)) == 0)
            return move_judge((enum move)move, status) == MOVE_GO;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(command, rules[i].command) == 0)
            return rules[i].statuses & (1U << status);
    return true;
}

static bool repeats(const char *word, size_t length) {
    return memchr(word, '.', length) != NULL;
}

const char *completion_word(const char *words, size_t at, size_t *length) {
    for (const char *word = words + strspn(words, " "); *word != '\0'; word += strspn(word, " ")) {
        size_t whole = strcspn(word, " ");

        if (at == 0 || repeats(word, whole)) {
            word += strspn(word, "[");
            *length = strcspn(word, ".] ");
            return word;
        }
        at--;
        word += whole;
    }
    return NULL;
}

bool completion_is_plain(const char *word) {
    if (word[0] == '\0' || word[0] == '-' || word[0] == '=' || word[0] == '+')
        return false;
    for (const char *at = word; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');

        if (!letter && (unsigned char)*at < 0x80 && strchr("_./:@+,=-", *at) == NULL)
            return false;
    }
    return true;
}
