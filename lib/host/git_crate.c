#include "host/git_crate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/flush.h"
#include "host/folder.h"
#include "host/git_oid.h"
#include "host/git_part.h"
#include "host/output.h"
#include "host/uproot.h"

/* pack-objects' own: "kept-OID.pack". ".mine" beside it says that the .keep in the repository is ours. */
#define STEM "kept-"
#define MINE ".mine"
enum { FOLDER_MODE = 0777, FILE_MODE = 0444 };

static char *in_repository(const struct git_crate *crate, const char *oid, const char *ending) {
    return xasprintf("%s/objects/pack/pack-%s.%s", crate->tree.git->common, oid, ending);
}

/* Those of a crate that was cut short, too. */
static void let_go(const struct git_crate *crate) {
    struct argv mine = {0};
    folder_list(crate->folder, MINE, SIZE_MAX, &mine);
    for (size_t i = 0; i < mine.count; i++) {
        const char *name = text_name(mine.items[i]);
        char *oid = text_starts(name, STEM) ? xstrndup(name + strlen(STEM), strcspn(name, ".") - strlen(STEM)) : NULL;
        if (oid != NULL && git_is_oid(oid, strlen(oid))) {
            char *keep = in_repository(crate, oid, "keep");
            files_remove(keep);
            free(keep);
        }
        free(oid);
    }
    argv_release(&mine);
}

/* Links are not followed. */
static void discard(const struct git_crate *crate) {
    let_go(crate);
    if (unlink(crate->folder) != 0)
        (void)uproot(crate->folder, INT64_MAX);
}

static bool failed(const char *path, struct err *err) {
    return err_errno(err, MC_CANTCREAT, errno, "%s cannot be written", path);
}

static bool make_folder(const struct git_crate *crate, const char *name, struct err *err) {
    char *path = xasprintf("%s%s", crate->folder, name);
    bool done = mkdir(path, FOLDER_MODE) == 0 || failed(path, err);
    free(path);
    return done;
}

bool git_crate_open(struct git_crate *crate, const struct git_tree *tree, struct err *err) {
    crate->tree = *tree;
    crate->folder = xasprintf("%s/objects/mc-%s", tree->git->common, text_name(tree->admin));
    crate->tree.objects = crate->folder;
    discard(crate);
    return make_folder(crate, "", err) && make_folder(crate, "/info", err) && make_folder(crate, "/pack", err);
}

/* A new file; where one is there already, *there says so. */
static bool create(const char *path, const char *bytes, bool *there, struct err *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    bool done;
    *there = fd < 0 && errno == EEXIST;
    if (fd < 0)
        return *there || failed(path, err);
    done = output_write(fd, bytes, strlen(bytes)) || failed(path, err);
    return (close(fd) == 0 || failed(path, err)) && done;
}

bool git_crate_join(struct git_crate *crate, struct err *err) {
    char *path = xasprintf("%s/info/alternates", crate->folder);
    bool there, done = create(path, "..\n", &there, err);
    free(path);
    return done;
}

static bool write_pack(const struct git_crate *crate, const struct git_crated *crated, char oid[OID_SIZE],
                       struct err *err) {
    char *stem = xasprintf("%s/kept", crate->folder);
    const char *const args[] = {"pack-objects", "--revs", "-q", "--window=0", "--threads=1", stem, NULL};
    struct text input = {0};
    bool done;
    text_addf(&input, "%s\n^%s\n", crated->commit, crated->beyond);
    if (crated->earlier[0] != '\0')
        text_addf(&input, "^%s\n", crated->earlier);
    done = git_part_oid(&crate->tree, &(struct git_part){.args = args, .input = input.data, .input_len = input.len},
                        oid, err);
    if (!done && err->code == MC_UNAVAILABLE)
        err->code = MC_TEMPFAIL;
    text_release(&input);
    free(stem);
    return done;
}

/* Its .keep first; one that somebody else has made for the same pack stays. */
static bool keep(const struct git_crate *crate, const char *oid, struct err *err) {
    char *path = in_repository(crate, oid, "keep"), *mine = xasprintf("%s/" STEM "%s" MINE, crate->folder, oid);
    bool there = files_exists(path), made;
    bool done = there || (create(mine, "", &made, err) && create(path, "mc-pickup\n", &there, err));
    if (there)
        files_remove(mine);
    free(path);
    free(mine);
    return done;
}

static bool move(const struct git_crate *crate, const char *oid, const char *ending, struct err *err) {
    char *from = xasprintf("%s/" STEM "%s.%s", crate->folder, oid, ending), *to = in_repository(crate, oid, ending);
    bool done = rename(from, to) == 0 || failed(to, err);
    free(from);
    free(to);
    return done;
}

static bool flush(const struct git_crate *crate, const char *oid, struct err *err) {
    char *path = in_repository(crate, oid, "idx");
    bool done = flush_name(path) || failed(path, err);
    free(path);
    return done;
}

bool git_crate_deliver(struct git_crate *crate, const struct git_crated *crated, struct err *err) {
    char oid[OID_SIZE];
    return write_pack(crate, crated, oid, err) && keep(crate, oid, err) && move(crate, oid, "pack", err) &&
           move(crate, oid, "idx", err) && flush(crate, oid, err);
}

void git_crate_close(struct git_crate *crate) {
    if (crate->folder != NULL)
        discard(crate);
    free(crate->folder);
    *crate = (struct git_crate){0};
}
