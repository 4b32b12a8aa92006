/* A slot on its way to its run: what is asked of the repository and the rows, which slot is set aside or passed over,
 * and the verdict.
 *
 * The input: prepare or plan, then how things are (placing.h). */
#include "placing.h"

#include "pickup/report.h"
#include "pickup/work.h"
#include "pickup/workplace.h"
#include "pickup/workplace_plan.h"

static void name_work(struct work *work) {
    text_copy(work->key, sizeof work->key, "MC-1");
    text_copy(work->run_id, sizeof work->run_id, RUN);
    work->ticket.id = 1;
    work->ticket.title = xstrdup("Fix it");
    work->runtime.cwd = xstrdup("/pool/pool-1");
    work->told = cue_has("told") ? xstrdup("of the slot before") : NULL;
    if (cue_has("bare"))
        return;
    work->slot = (struct slot){.name = xstrdup("pool-1"),
                               .path = cue_has("pathless") ? NULL : xstrdup("/pool/pool-1"),
                               .number = 1,
                               .run_id = xstrdup(RUN),
                               .head = cue_has("stood") ? xstrdup("h1") : NULL};
}

static void tell(struct text *out, struct work *work, bool ok) {
    text_addf(out, "%s: %s, [%s] next [%s]%s waits %s%s; slot %s branch %s in %s; told [%s]\n", ok ? "yes" : "no",
              send_class_name(work->verdict.class), sample_word(work->verdict.detail), sample_word(work->verdict.next),
              work->verdict.shared ? " shared" : "", sample_word(work->verdict.waits),
              work->restored ? " restored" : "", sample_word(work->slot.name), sample_word(work->slot.branch),
              work->runtime.cwd, sample_word(work->told));
    text_addf(out, "%s", text_str(&work->report->warnings));
}

static void play(const char *bytes, size_t n, struct text *out) {
    char host[] = "here";
    struct site site = {.config.host = host};
    struct workspace workspace = {
        .name = xstrdup("main"), .repo = xstrdup("/repo"), .pool = xstrdup("/pool"), .branch_prefix = xstrdup("")};
    struct report report;
    struct work work = {.site = &site, .report = &report, .first = true};
    struct err err = {0};
    char *plan = NULL;
    bool ok = true;

    cue_begin(bytes, n);
    seen.made = false;
    seen.now = seen.posts = seen.times = seen.looks = 0;
    workspace.size = cue_number("size", 2);
    if (cue_has("hooks"))
        argv_add(&workspace.hooks[HOOK_AFTER_CREATE], "hook");
    work.workspace = cue_has("private") ? NULL : &workspace;
    report_init(&report);
    name_work(&work);
    if (cue_has("plan"))
        plan = workplace_plan(&work, &err);
    else
        ok = workplace_prepare(&work, &err);
    text_addf(out, "%s%s\n", text_str(&seen.out), plan ? plan : sample_word(err.text));
    tell(out, &work, ok);
    free(plan);
    text_release(&seen.out);
    work_release(&work);
    report_release(&report);
    workspace_release(&workspace);
    err_release(&err);
    cue_end();
}

int main(int argc, char **argv) {
    return samples(argc, argv, "placing", play);
}
