#include "host/git_part.h"

#include "base/err.h"
#include "base/text.h"
#include "host/git_oid.h"

/* Trees of any size are read and written. */
enum { LONGEST_MS = 30 * 60 * 1000, OUTPUT_MAX = 256 * 1024 * 1024 };

/* What is written is flushed before git ends, in one go; no name is refused for another system's sake; a large blob is
 * read and written bit by bit, and no more of a pack is mapped than a window. */
#define DURABLE                                                                                                        \
    "core.fsync", "all", "core.fsyncMethod", "batch", "core.protectNTFS", "false", "core.protectHFS", "false",         \
        "core.bigFileThreshold", "8m", "core.packedGitLimit", "64m", "core.packedGitWindowSize", "16m",                \
        "pack.compression", "1", "fastimport.unpackLimit", "1", "pack.packSizeLimit", "0", "pack.writeReverseIndex",   \
        "false"

static const char *const OWN_INDEX[] = {DURABLE, NULL};

/* A working copy of the index is whole: no part of it is anywhere else. */
static const char *const WORKING_COPY[] = {DURABLE, "core.splitIndex", "false", "core.sparseCheckout",
                                           "false", "index.sparse",    "false", NULL};

bool git_part(const struct git_tree *tree, const struct git_part *part, struct err *err) {
    struct text errors = {0};
    struct git_result result = {.out = part->out, .errors = part->status != NULL ? &errors : NULL};
    struct git_call call = {.tree = tree,
                            .args = part->args,
                            .settings = part->index != NULL ? WORKING_COPY : OWN_INDEX,
                            .input = part->input,
                            .input_len = part->input_len,
                            .source = part->source,
                            .sink = part->sink,
                            .index = part->index,
                            .timeout_ms = LONGEST_MS,
                            .output_max = part->sink != NULL ? SIZE_MAX : OUTPUT_MAX};
    bool done;
    done = git_run(tree->git, &call, &result, err);
    if (part->status != NULL)
        *part->status = result.status;
    text_release(&errors);
    return done;
}

bool git_part_oid(const struct git_tree *tree, const struct git_part *part, char oid[OID_SIZE], struct err *err) {
    struct text out = {0};
    struct git_part asked = *part;
    bool done;
    asked.out = &out;
    done = git_part(tree, &asked, err) &&
           (git_oid_line(oid, text_str(&out)) ||
            err_set(err, MC_UNAVAILABLE, "git %s in %s did not name an object", part->args[0], tree->path));
    text_release(&out);
    return done;
}

bool git_part_head(const struct git_tree *tree, char oid[OID_SIZE], struct err *err) {
    static const char *const HEAD[] = {"rev-parse", "--verify", "--quiet", "HEAD^{commit}", NULL};
    return git_part_oid(tree, &(struct git_part){.args = HEAD}, oid, err);
}
