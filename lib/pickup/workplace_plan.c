#include "pickup/workplace_plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "pickup/slot_swap.h"
#include "pickup/work.h"
#include "rules/branch.h"
#include "rules/workspace.h"

void workplace_branch(const struct work *work, struct text *name) {
    branch_name(name, &(struct branch_of){.prefix = work->workspace->branch_prefix,
                                          .key = work->key,
                                          .title = work->ticket.title,
                                          .run_id = work->run_id});
}

char *workplace_plan(struct work *work, struct err *err) {
    struct slot slot = {0};
    struct text branch = {0};
    char *plan = NULL;

    if (!work->workspace)
        return xstrdup("a private directory of the ticket");
    workplace_branch(work, &branch);
    if (work->slot.name || slot_foresee(work, &slot, err)) {
        const struct slot *next = work->slot.name ? &work->slot : &slot;

        plan = xasprintf("slot %s%s%s%s, branch %.*s……", next->name ? next->name : "that is given back",
                         next->path ? " (" : "", next->path ? next->path : "", next->path ? ")" : "",
                         (int)(branch.len - BRANCH_RUN_DIGITS), text_str(&branch));
    }
    slot_release(&slot);
    text_release(&branch);
    return plan;
}
