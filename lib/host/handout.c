#include "host/handout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/output.h"
#include "host/whole.h"

#define FOLDER ".mc-pickup"

enum { FLAGS = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, ENTRIES_MAX = 4096 };

/* A folder that ignores itself is hidden in any repository, also in one that the agent makes later, and no file of the
 * user's is touched for it. Measured: the file tool of gemini 0.61 refuses what git ignores (qwen, claude, codex, pi
 * and opencode do not), and takes blanks off a pattern's start, which git does not: to git the last line names files
 * that begin with a blank, to gemini it takes the line before back. */
static const char ignore_all[] =
    "# mc-pickup puts long prompts here. The last line is for agents whose tools refuse what\n"
    "# git ignores and read it without its blank; to git it says nothing.\n"
    "*\n"
    " !*\n";

char *handout_path(const char *dir, const char *name) {
    return xasprintf("%s/" FOLDER "/%s", dir, name);
}

bool handout_in_the_way(const struct err *err) {
    return err->code == MC_CANTCREAT || err->code == MC_NOPERM;
}

/* An open directory, and what is spoken of. */
struct place {
    int fd;
    const char *dir;
};

static bool cannot(const struct place *place, const char *name, int error, struct err *err) {
    char *path = handout_path(place->dir, name);

    err_errno(err, MC_CANTCREAT, error, "%s: cannot be written", path);
    if (handout_in_the_way(err))
        err_advise(err, "move away what is in the way");
    free(path);
    return false;
}

static bool write_file(const struct place *place, const struct handout *handout, struct err *err) {
    int fd = openat(place->fd, handout->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int error;

    if (fd < 0)
        return cannot(place, handout->name, errno, err);
    error = output_write(fd, handout->bytes, handout->n) ? 0 : errno;
    if (close(fd) && !error)
        error = errno;
    if (!error)
        return true;
    (void)unlinkat(place->fd, handout->name, 0);
    return cannot(place, handout->name, error, err);
}

/* Is it a beginning of what we write, as a write that was cut short leaves it? */
static bool is_begun(const struct place *place) {
    char bytes[sizeof ignore_all];
    int fd = openat(place->fd, ".gitignore", O_RDONLY | FLAGS);
    ssize_t n = whole_read(fd, bytes, sizeof bytes, 0);

    descriptor_close(&fd);
    return n >= 0 && n < (ssize_t)sizeof bytes - 1 && memcmp(bytes, ignore_all, (size_t)n) == 0;
}

/* A file, link or folder there that is none of ours may be somebody's work: it stays, and git may see the prompt then.
 * A pipe, on which git would wait, is nobody's. */
static bool is_to_be_written(const struct place *place) {
    struct stat seen;

    if (fstatat(place->fd, ".gitignore", &seen, AT_SYMLINK_NOFOLLOW) != 0)
        return true;
    return S_ISREG(seen.st_mode) ? is_begun(place) : !S_ISLNK(seen.st_mode) && !S_ISDIR(seen.st_mode);
}

static bool hide(const struct place *place, struct err *err) {
    if (!is_to_be_written(place))
        return true;
    (void)unlinkat(place->fd, ".gitignore", 0);
    return write_file(place, &(struct handout){".gitignore", ignore_all, sizeof ignore_all - 1}, err);
}

/* The folder, opened; a link, a file or another user's directory in its place is not gone into. */
static bool open_folder(struct place *place, struct err *err) {
    int dir = open(place->dir, O_RDONLY | O_DIRECTORY | FLAGS);
    struct stat seen;
    int error = 0;

    place->fd = -1;
    if (dir < 0)
        return err_errno(err, MC_CANTCREAT, errno, "%s: cannot be opened", place->dir);
    if ((mkdirat(dir, FOLDER, 0700) && errno != EEXIST) ||
        (place->fd = openat(dir, FOLDER, O_RDONLY | O_DIRECTORY | FLAGS)) < 0)
        error = errno;
    close(dir);
    if (error == ELOOP || error == ENOTDIR)
        return err_set(err, MC_NOPERM, "%s/" FOLDER ": is a link, or no directory", place->dir) ||
               err_advise(err, "move away what is there");
    if (error)
        return cannot(place, "", error, err);
    if (fstat(place->fd, &seen) == 0 && seen.st_uid == geteuid() && fchmod(place->fd, 0700) == 0)
        return true;
    close(place->fd);
    return err_set(err, MC_NOPERM, "%s/" FOLDER ": belongs to another user", place->dir) ||
           err_advise(err, "move away what is there");
}

bool handout_put(const char *dir, const struct handout *handout, struct err *err) {
    struct place place = {.dir = dir};
    bool done = open_folder(&place, err);

    if (!done)
        return false;
    done = hide(&place, err) && write_file(&place, handout, err);
    close(place.fd);
    return done;
}

/* As prompts are called (prepare.c): prompt-01234567.md. */
static bool is_prompt(const char *name) {
    enum { DIGITS = 8 };
    size_t start = strlen("prompt-");

    return text_starts(name, "prompt-") && strspn(name + start, "0123456789abcdef") == DIGITS &&
           strcmp(name + start + DIGITS, ".md") == 0;
}

bool handout_is(const char *path) {
    static const char within[] = FOLDER "/";

    return text_starts(path, within) && is_prompt(path + strlen(within));
}

/* An agent may have filled it: so many names are looked at. */
static void remove_prompts(DIR *folder, const char *keep) {
    struct dirent *entry;

    for (int i = 0; i < ENTRIES_MAX && (entry = readdir(folder)); i++)
        if (is_prompt(entry->d_name) && !text_same(entry->d_name, keep))
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
}

void handout_clear(const char *dir, const char *keep) {
    int outer = open(dir, O_RDONLY | O_DIRECTORY | FLAGS);
    int inner = openat(outer, FOLDER, O_RDONLY | O_DIRECTORY | FLAGS);
    DIR *folder = fdopendir(inner);

    if (folder) {
        remove_prompts(folder, keep);
        closedir(folder);
    } else
        descriptor_close(&inner);
    descriptor_close(&outer);
}
