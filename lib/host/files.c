#include "host/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/whole.h"

enum { OTHERS_WRITE = S_IWGRP | S_IWOTH, OTHERS_READ = S_IRGRP | S_IROTH, CHUNK = 16384 };

static bool leads_nowhere(const char *path) {
    struct stat seen;
    return lstat(path, &seen) == 0 && S_ISLNK(seen.st_mode) && stat(path, &seen) != 0;
}

/* One level; one that is there already is fine. The mode does not depend on the caller's umask. */
static bool make_one(const char *path, struct err *err) {
    mode_t mask = umask(077);
    int made = mkdir(path, 0700);
    int error = errno;
    umask(mask);
    if (made != 0 && error != EEXIST)
        return err_errno(err, MC_CANTCREAT, error, "%s: this directory cannot be made", path);
    if (made != 0 && leads_nowhere(path))
        return err_set(err, MC_CANTCREAT, "%s: is a link that leads nowhere", path) ||
               err_advise(err, "move it away, or make the directory that it names");
    return true;
}

static bool no_dir(const char *path, struct err *err) {
    return err_set(err, MC_CANTCREAT, "%s: is not a directory", path) || err_advise(err, "move it away");
}

static bool check_dir(const char *path, mode_t forbidden, struct err *err) {
    struct stat seen;
    if (lstat(path, &seen) != 0)
        return err_errno(err, MC_CANTCREAT, errno, "%s: this directory cannot be looked at", path);
    if (S_ISLNK(seen.st_mode))
        return err_set(err, MC_NOPERM, "%s: is a symbolic link", path) || err_advise(err, "name the directory itself");
    if (!S_ISDIR(seen.st_mode))
        return no_dir(path, err);
    if (seen.st_uid != geteuid())
        return err_set(err, MC_NOPERM, "%s: belongs to another user", path) ||
               err_advise(err, "use a directory of your own");
    if ((seen.st_mode & forbidden) == 0)
        return true;
    err_set(err, MC_NOPERM, "%s: others may write here", path);
    return seen.st_mode & S_ISVTX ? err_advise(err, "use a directory of your own") /* a /tmp, also where we are root */
                                  : err_advise_words(err, "run: chmod go-w {}", ERR_WORDS(path));
}

static bool make_dir(const char *path, mode_t forbidden, struct err *err) {
    char *copy = xstrdup(path);
    size_t len = strlen(copy);
    bool done = true;
    while (len > 1 && copy[len - 1] == '/')
        copy[--len] = '\0';
    for (size_t i = 1; i < len && done; i++) {
        struct stat seen;
        if (copy[i] != '/' || copy[i - 1] == '/')
            continue;
        copy[i] = '\0';
        /* A parent on a read-only file system says EROFS although it is there: look first. */
        if (stat(copy, &seen) != 0)
            done = make_one(copy, err);
        else if (!S_ISDIR(seen.st_mode))
            done = no_dir(copy, err);
        copy[i] = '/';
    }
    if (done && !files_is_dir(copy))
        done = make_one(copy, err);
    done = done && check_dir(copy, forbidden, err);
    free(copy);
    return done;
}

bool files_make_dir(const char *path, struct err *err) {
    return make_dir(path, OTHERS_WRITE, err);
}

bool files_make_inner_dir(const char *path, struct err *err) {
    return make_dir(path, 0, err);
}

/* An open file and the name it is spoken of by. */
struct opened {
    int fd;
    const char *path;
    struct stat seen;
};

static bool read_all(struct text *out, const struct opened *file, size_t max, struct err *err) {
    char bytes[CHUNK];
    size_t total = 0;
    for (;;) {
        ssize_t n = read(file->fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, MC_IOERR, errno, "%s: cannot be read", file->path);
        if (n == 0)
            return true;
        total += (size_t)n;
        if (total > max || !text_addn(out, bytes, (size_t)n))
            return err_set(err, MC_DATAERR, "%s: is over %zu bytes", file->path, max);
    }
}

/* A regular file, opened without waiting for anybody (a FIFO would). */
static bool open_regular(struct opened *file, const char *path, struct err *err) {
    *file = (struct opened){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    if (file->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return err_set(err, MC_NOINPUT, "%s: there is no such file", path);
    if (file->fd < 0)
        return err_errno(err, MC_NOINPUT, errno, "%s: cannot be opened", path);
    bool seen = fstat(file->fd, &file->seen) == 0;
    if (seen && S_ISREG(file->seen.st_mode))
        return true;
    int error = errno;
    close(file->fd);
    if (!seen)
        return err_errno(err, MC_IOERR, error, "%s: cannot be read", path);
    return err_set(err, MC_NOPERM, "%s: is not a regular file; name one that is", path);
}

/* Who must not have a hand in it, or an eye on it. */
enum trust { TRUST_ANY, TRUST_UNWRITTEN, TRUST_UNREAD };

/* A secret is a line; what holds more, /etc/passwd by mistake, is there for others to read. */
static bool holds_more(const struct opened *file) {
    char bytes[CHUNK];
    ssize_t n = whole_read(file->fd, bytes, sizeof bytes, 0);
    const char *end = n > 0 ? memchr(bytes, '\n', (size_t)n) : NULL;
    return end != NULL && end + 1 < bytes + n;
}

static bool refuse_read(const struct opened *file, struct err *err) {
    bool ours = file->seen.st_uid == geteuid() && !holds_more(file);
    err_set(err, MC_NOPERM, "%s: others may read it", file->path);
    return ours ? err_advise_words(err, "run: chmod 600 {}", ERR_WORDS(file->path))
                : err_advise(err, "name a file of your own that holds nothing else");
}

static bool check_trust(const struct opened *file, enum trust trust, struct err *err) {
    if (trust == TRUST_ANY)
        return true;
    if (file->seen.st_uid != 0 && file->seen.st_uid != geteuid())
        return err_set(err, MC_NOPERM, "%s: belongs to another user; use a file of your own", file->path);
    if ((file->seen.st_mode & OTHERS_WRITE) != 0)
        return err_set(err, MC_NOPERM, "%s: others may write it", file->path) ||
               err_advise_words(err, "run: chmod go-w {}", ERR_WORDS(file->path));
    if (trust == TRUST_UNREAD && (file->seen.st_mode & OTHERS_READ) != 0)
        return refuse_read(file, err);
    return true;
}

struct wanted {
    const char *path;
    size_t max;
    enum trust trust;
};

static bool read_wanted(struct text *out, const struct wanted *wanted, struct err *err) {
    struct opened file;
    bool done;
    if (!open_regular(&file, wanted->path, err))
        return false;
    done = check_trust(&file, wanted->trust, err) && read_all(out, &file, wanted->max, err);
    close(file.fd);
    return done;
}

bool files_read(struct text *out, const char *path, size_t max, struct err *err) {
    return read_wanted(out, &(struct wanted){path, max, TRUST_ANY}, err);
}

bool files_read_trusted(struct text *out, const char *path, size_t max, struct err *err) {
    return read_wanted(out, &(struct wanted){path, max, TRUST_UNWRITTEN}, err);
}

bool files_read_secret(struct text *out, const char *path, size_t max, struct err *err) {
    return read_wanted(out, &(struct wanted){path, max, TRUST_UNREAD}, err);
}

void files_end(struct text *out, const char *path, size_t max) {
    struct text bytes = {.max = max + 1};
    struct err err = {0};
    struct opened file;
    if (open_regular(&file, path, &err)) {
        if (file.seen.st_size <= (off_t)max || lseek(file.fd, file.seen.st_size - (off_t)max, SEEK_SET) >= 0)
            /* A file that grows meanwhile gives an error at its ceiling: what came until then is its end as well. */
            (void)read_all(&bytes, &file, max, &err);
        close(file.fd);
    }
    text_addn(out, text_str(&bytes), bytes.len);
    text_release(&bytes);
    err_release(&err);
}

void files_tail(struct text *out, const char *path, size_t max) {
    struct text bytes = {0};
    const char *from;
    files_end(&bytes, path, max + 1);
    from = bytes.len > max ? memchr(bytes.data, '\n', bytes.len) : bytes.data;
    from += from != NULL && bytes.len > max; /* of what was cut, behind the first newline */
    if (from != NULL)
        text_addn(out, from, (size_t)(bytes.data + bytes.len - from));
    text_release(&bytes);
}

size_t files_head(const char *path, char *bytes, size_t max) {
    struct err err = {0};
    struct opened file;
    bool opened = open_regular(&file, path, &err);
    ssize_t n;
    err_release(&err);
    if (!opened)
        return 0;
    n = whole_read(file.fd, bytes, max, 0);
    close(file.fd);
    return n > 0 ? (size_t)n : 0;
}

char *files_link(const char *path) {
    char to[PATH_MAX];
    ssize_t n = readlink(path, to, sizeof to - 1);
    const char *slash = strrchr(path, '/');
    if (n <= 0)
        return NULL;
    to[n] = '\0';
    return to[0] == '/' || slash == NULL ? xstrdup(to) : xasprintf("%.*s/%s", (int)(slash - path), path, to);
}

char *files_absolute(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder, *real, *whole;
    if (*path == '/')
        return xstrdup(path);
    folder = slash != NULL ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
    real = realpath(folder, NULL);
    free(folder);
    if (real == NULL) { /* the folder is not there (yet) */
        real = realpath(".", NULL);
        slash = NULL;
    }
    whole = real != NULL ? xasprintf("%s/%s", strcmp(real, "/") != 0 ? real : "", slash != NULL ? slash + 1 : path)
                         : xstrdup(path);
    free(real);
    return whole;
}

bool files_exists(const char *path) {
    struct stat seen;
    return lstat(path, &seen) == 0;
}

bool files_is_dir(const char *path) {
    struct stat seen;
    return lstat(path, &seen) == 0 && S_ISDIR(seen.st_mode);
}

bool files_is_at(int fd, const char *path) {
    struct stat open, there;
    return fstat(fd, &open) == 0 && lstat(path, &there) == 0 && open.st_ino == there.st_ino &&
           open.st_dev == there.st_dev;
}

bool files_has_dirs(const char *path) {
    DIR *dir = opendir(path);
    struct dirent *entry;
    struct stat seen;
    bool found = false;
    while (dir != NULL && !found && (entry = readdir(dir)) != NULL)
        found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                fstatat(dirfd(dir), entry->d_name, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(seen.st_mode);
    if (dir != NULL)
        closedir(dir);
    return found;
}

void files_touch(const char *path) {
    int fd;
    if (utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW) == 0)
        return;
    fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd >= 0)
        close(fd);
}

void files_remove(const char *path) {
    (void)unlink(path);
}

void files_move(const char *path, const char *to) {
    (void)rename(path, to);
}

bool files_take(const char *path) {
    return unlink(path) == 0;
}

int64_t files_size(const char *path) {
    struct stat seen;
    return stat(path, &seen) == 0 ? (int64_t)seen.st_size : -1;
}

int64_t files_changed_at(const char *path) {
    struct stat seen;
    if (stat(path, &seen) != 0)
        return 0;
    return (int64_t)seen.st_mtim.tv_sec * 1000 + seen.st_mtim.tv_nsec / 1000000;
}

static bool program_at(const char *path, bool *not_executable) {
    struct stat seen;
    if (stat(path, &seen) != 0 || !S_ISREG(seen.st_mode))
        return false;
    if (access(path, X_OK) == 0)
        return true;
    *not_executable = true;
    return false;
}

char *files_find_program(const char *name, const char *path, bool *not_executable) {
    const char *end;
    *not_executable = false;
    if (strchr(name, '/') != NULL)
        return program_at(name, not_executable) ? xstrdup(name) : NULL;
    for (; path != NULL && name[0] != '\0'; path = *end == ':' ? end + 1 : NULL) {
        char *candidate;
        end = path + strcspn(path, ":");
        if (*path != '/') /* an empty or relative member means whatever directory one happens to be in */
            continue;
        candidate = xasprintf("%.*s/%s", (int)(end - path), path, name);
        if (program_at(candidate, not_executable))
            return candidate;
        free(candidate);
    }
    return NULL;
}

char *files_program_dir(void) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    char *slash;
    if (n <= 0)
        return xstrdup("/");
    path[n] = '\0';
    slash = strrchr(path, '/');
    return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}
