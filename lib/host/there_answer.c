#include "base/err.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/there.h"
#include "host/there_words.h"

enum { GRACE_MAX = 60 * 1000 };

static int answer(const char *file, const struct text *said) {
    struct err err = {0};
    bool ok = files_write(file, text_str(said), said->len, &err);
    err_release(&err);
    return ok ? 0 : MC_IOERR;
}

static int who(char **words) {
    struct identity identity;
    struct text said = {0};
    long long pid;
    int status = MC_UNAVAILABLE;
    if (text_to_int(words[0], 2, INT32_MAX, &pid) && proc_identify(pid, &identity)) {
        there_write(&said, &identity);
        status = answer(words[1], &said);
    }
    text_release(&said);
    return status;
}

static void end(const struct proc_target *target, struct text *said) {
    struct text spared = {0};
    struct err err = {0};
    if (proc_elsewhere(target->agent))
        text_add(said, THERE_NOT_COUNTED);
    else if (proc_end(target, &spared, &err))
        text_addf(said, "%s\n%s", THERE_ENDED, text_str(&spared));
    else
        text_add(said, err.text);
    text_release(&spared);
    err_release(&err);
}

int there_answer(int argc, char **argv) {
    struct identity agent;
    struct text said = {0};
    long long grace;
    int status = MC_USAGE;
    if (argc == 4 && strcmp(argv[1], THERE_WHO) == 0)
        return who(argv + 2);
    if (argc == 6 && strcmp(argv[1], THERE_END) == 0 && text_to_int(argv[3], 0, GRACE_MAX, &grace) &&
        there_read(&agent, argv[4])) {
        end(&(struct proc_target){.agent = &agent, .run_id = argv[2], .grace_ms = grace}, &said);
        status = answer(argv[5], &said);
    }
    text_release(&said);
    return status;
}
