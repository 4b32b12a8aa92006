/* A disk that tests break, under programs that know nothing of it:
 *
 *     LD_PRELOAD=$MC_VFS_SHIM MC_VFS_TRACE=FILE [MC_VFS_AT=N MC_VFS_WHAT=WORD [MC_VFS_ON=1]] mc-pickup …
 *
 * It stands before SQLite's "unix", numbers the calls that the library makes of it, and brings WORD at the N-th, or
 * with MC_VFS_ON at that and all behind it: error, full (the disk), part (half is written, then the disk is full),
 * busy, die (before the call), cut (half is written, then death), after (death behind the call). FILE gets a record of
 * each call (struct record) with the bytes that were written, and of each fsync what lay then under the descriptor, so
 * that what a power cut leaves can be made of it: durable.py. What is started by the program gets none of this.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "callers.h"

enum op { WRITE = 1, READ, SYNC, TRUNCATE, SIZE, LOCK, OPEN, DELETE, ACCESS, SHM_MAP, SHM_LOCK, FSYNC };
enum what { NOTHING, ERROR, FULL, PART, BUSY, DIE, CUT, AFTER };

/* Then `name` bytes of the file's name, and `size` of what was written. */
struct record {
    uint32_t pid, number, op, name, callers, spare;
    int64_t offset, size;
};

/* One call of the library. */
struct call {
    enum op op;
    const char *name;
    int64_t offset, size;
    const void *bytes;
};

struct broken {
    sqlite3_file base;
    char *name;
    sqlite3_file *real;
};

static sqlite3_vfs disk, *beneath;
static char *trace;
static uint32_t count, at;
static enum what what;
static int on, last_error;

static enum what what_of(const char *word) {
    static const char *const words[] = {"", "error", "full", "part", "busy", "die", "cut", "after"};
    for (int i = 1; word && i <= AFTER; i++)
        if (strcmp(word, words[i]) == 0)
            return (enum what)i;
    return NOTHING;
}

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("MC_VFS_TRACE"), *number = getenv("MC_VFS_AT");
    trace = name ? strdup(name) : NULL;
    at = number ? (uint32_t)strtoul(number, NULL, 10) : 0;
    what = what_of(getenv("MC_VFS_WHAT"));
    on = getenv("MC_VFS_ON") != NULL;
    callers_begin();
    unsetenv("LD_PRELOAD");
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void note(const struct call *call) {
    struct record record = {.pid = (uint32_t)getpid(),
                            .number = count,
                            .op = call->op,
                            .name = (uint32_t)strlen(call->name),
                            .callers = callers(),
                            .offset = call->offset,
                            .size = call->size};
    const struct iovec parts[] = {{&record, sizeof record},
                                  {(void *)(uintptr_t)call->name, record.name},
                                  {(void *)(uintptr_t)call->bytes, call->bytes ? (size_t)call->size : 0}};
    int saved = errno;
    int fd = trace ? open(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        if (writev(fd, parts, 3) < 0)
            die();
        close(fd);
    }
    errno = saved;
}

/* What is to happen at this call. */
static enum what number(const struct call *call) {
    enum what now = ++count == at || (on && at && count > at) ? what : NOTHING;
    last_error = 0;
    if (now == DIE) {
        note(&(const struct call){.op = call->op, .name = "", .offset = -1});
        die();
    }
    return now;
}

/* The call is done: it is told, and may have been the last. */
static int told(const struct call *call, enum what now, int result) {
    if (result == SQLITE_OK)
        note(call);
    else
        note(&(const struct call){.op = call->op, .name = "", .offset = result});
    if (now == AFTER)
        die();
    return result;
}

static int failed(const struct call *call, int result, int error) {
    last_error = error;
    return told(&(const struct call){.op = call->op, .name = "", .offset = call->offset}, NOTHING, result);
}

static struct broken *of(sqlite3_file *file) {
    return (struct broken *)(void *)file;
}

static int do_close(sqlite3_file *file) {
    struct broken *own = of(file);
    int result = own->real->pMethods ? own->real->pMethods->xClose(own->real) : SQLITE_OK;
    free(own->name);
    own->name = NULL;
    return result;
}

static int do_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
    struct broken *own = of(file);
    const struct call call = {READ, own->name, offset, size, NULL};
    enum what now = number(&call);
    int result;
    if (now == ERROR)
        return failed(&call, SQLITE_IOERR_READ, EIO);
    result = own->real->pMethods->xRead(own->real, bytes, size, offset);
    return told(&call, now, result);
}

static int do_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    struct broken *own = of(file);
    struct call call = {WRITE, own->name, offset, size, bytes};
    enum what now = number(&call);
    if (now == ERROR || now == FULL)
        return failed(&call, now == FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE, now == FULL ? ENOSPC : EIO);
    if (now == PART || now == CUT)
        call.size = size = size / 2;
    int result = told(&call, now, own->real->pMethods->xWrite(own->real, bytes, size, offset));
    if (now == CUT)
        die();
    if (now == PART)
        last_error = ENOSPC;
    return now == PART ? SQLITE_FULL : result;
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 size) {
    struct broken *own = of(file);
    const struct call call = {.op = TRUNCATE, .name = own->name, .offset = size};
    enum what now = number(&call);
    if (now == ERROR)
        return failed(&call, SQLITE_IOERR_TRUNCATE, EIO);
    return told(&call, now, own->real->pMethods->xTruncate(own->real, size));
}

static int do_sync(sqlite3_file *file, int flags) {
    struct broken *own = of(file);
    const struct call call = {.op = SYNC, .name = own->name};
    enum what now = number(&call);
    if (now == ERROR || now == FULL)
        return failed(&call, SQLITE_IOERR_FSYNC, now == FULL ? ENOSPC : EIO);
    return told(&call, now, own->real->pMethods->xSync(own->real, flags));
}

static int do_size(sqlite3_file *file, sqlite3_int64 *size) {
    struct broken *own = of(file);
    const struct call call = {.op = SIZE, .name = own->name};
    enum what now = number(&call);
    if (now == ERROR)
        return failed(&call, SQLITE_IOERR_FSTAT, EIO);
    return told(&call, now, own->real->pMethods->xFileSize(own->real, size));
}

static int do_lock(sqlite3_file *file, int lock) {
    struct broken *own = of(file);
    const struct call call = {.op = LOCK, .name = own->name, .offset = lock};
    enum what now = number(&call);
    if (now == ERROR || now == BUSY)
        return failed(&call, now == BUSY ? SQLITE_BUSY : SQLITE_IOERR_LOCK, now == BUSY ? EAGAIN : EIO);
    return told(&call, now, own->real->pMethods->xLock(own->real, lock));
}

static int do_unlock(sqlite3_file *file, int lock) {
    return of(file)->real->pMethods->xUnlock(of(file)->real, lock);
}

static int do_reserved(sqlite3_file *file, int *out) {
    return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, out);
}

static int do_control(sqlite3_file *file, int op, void *argument) {
    return of(file)->real->pMethods->xFileControl(of(file)->real, op, argument);
}

static int do_sector(sqlite3_file *file) {
    return of(file)->real->pMethods->xSectorSize(of(file)->real);
}

static int do_character(sqlite3_file *file) {
    return of(file)->real->pMethods->xDeviceCharacteristics(of(file)->real);
}

static int do_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    struct broken *own = of(file);
    const struct call call = {.op = SHM_MAP, .name = own->name, .offset = page};
    enum what now = number(&call);
    if (now == ERROR || now == FULL) {
        *out = NULL;
        return failed(&call, now == FULL ? SQLITE_IOERR_SHMSIZE : SQLITE_IOERR_SHMMAP, now == FULL ? ENOSPC : EIO);
    }
    return told(&call, now, own->real->pMethods->xShmMap(own->real, page, size, extend, out));
}

static int do_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
    struct broken *own = of(file);
    const struct call call = {.op = SHM_LOCK, .name = own->name, .offset = offset};
    enum what now;
    if (flags & SQLITE_SHM_UNLOCK)
        return own->real->pMethods->xShmLock(own->real, offset, n, flags);
    now = number(&call);
    if (now == ERROR || now == BUSY)
        return failed(&call, now == BUSY ? SQLITE_BUSY : SQLITE_IOERR_SHMLOCK, now == BUSY ? EAGAIN : EIO);
    return told(&call, now, own->real->pMethods->xShmLock(own->real, offset, n, flags));
}

static void do_shm_barrier(sqlite3_file *file) {
    of(file)->real->pMethods->xShmBarrier(of(file)->real);
}

static int do_shm_unmap(sqlite3_file *file, int remove) {
    return of(file)->real->pMethods->xShmUnmap(of(file)->real, remove);
}

static const sqlite3_io_methods methods = {
    2,           do_close,       do_read,      do_write,   do_truncate, do_sync,      do_size,
    do_lock,     do_unlock,      do_reserved,  do_control, do_sector,   do_character, do_shm_map,
    do_shm_lock, do_shm_barrier, do_shm_unmap, NULL,       NULL};

static int do_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    struct broken *own = of(file);
    const struct call call = {.op = OPEN, .name = name ? name : "", .offset = flags & SQLITE_OPEN_CREATE};
    enum what now = number(&call);
    int result;
    (void)vfs;
    file->pMethods = NULL;
    if (now == ERROR)
        return failed(&call, SQLITE_CANTOPEN, EIO);
    own->real = (sqlite3_file *)(void *)(own + 1);
    result = beneath->xOpen(beneath, name, own->real, flags, out);
    if (own->real->pMethods) {
        own->name = strdup(call.name);
        file->pMethods = &methods;
    }
    return told(&call, now, result);
}

static int do_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    const struct call call = {.op = DELETE, .name = name, .offset = sync};
    enum what now = number(&call);
    (void)vfs;
    if (now == ERROR)
        return failed(&call, SQLITE_IOERR_DELETE, EIO);
    return told(&call, now, beneath->xDelete(beneath, name, sync));
}

static int do_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    const struct call call = {.op = ACCESS, .name = name};
    enum what now = number(&call);
    (void)vfs;
    if (now == ERROR)
        return failed(&call, SQLITE_IOERR_ACCESS, EIO);
    return told(&call, now, beneath->xAccess(beneath, name, flags, out));
}

static int do_last_error(sqlite3_vfs *vfs, int n, char *out) {
    (void)vfs;
    return last_error ? last_error : beneath->xGetLastError(beneath, n, out);
}

static void stand_before(void) {
    beneath = sqlite3_vfs_find("unix");
    disk = *beneath;
    disk.pNext = NULL;
    disk.zName = "broken";
    disk.szOsFile += (int)sizeof(struct broken);
    disk.xOpen = do_open;
    disk.xDelete = do_delete;
    disk.xAccess = do_access;
    disk.xGetLastError = do_last_error;
    sqlite3_vfs_register(&disk, 1);
}

/* Not before: the program sets the library up first. */
int sqlite3_open_v2(const char *name, sqlite3 **out, int flags, const char *vfs) {
    int (*real)(const char *, sqlite3 **, int, const char *);
    *(void **)&real = dlsym(RTLD_NEXT, "sqlite3_open_v2");
    if (!beneath)
        stand_before();
    return real(name, out, flags, vfs);
}

/* "NAME INODE" of each that lies in the folder. */
static size_t list(const char *folder, char *out, size_t size) {
    DIR *dir = opendir(folder);
    size_t used = 0;
    struct dirent *one;
    while (dir && (one = readdir(dir)) && used < size)
        used += (size_t)snprintf(out + used, size - used, "%s/%llu\n", one->d_name, (unsigned long long)one->d_ino);
    if (dir)
        closedir(dir);
    return used < size ? used : size;
}

/* Of a file its number, length and stamp, by which it is known whether it was written to since. */
static void note_flush(int fd) {
    static char bytes[1 << 16];
    char link[64], name[4096];
    struct stat seen;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, name, sizeof name - 1);
    if (n < 0 || fstat(fd, &seen) != 0)
        return;
    name[n] = '\0';
    size_t used = S_ISDIR(seen.st_mode)
                      ? list(name, bytes, sizeof bytes)
                      : (size_t)snprintf(bytes, sizeof bytes, "%lld %lld", (long long)seen.st_size,
                                         (long long)seen.st_mtim.tv_sec * 1000000000 + seen.st_mtim.tv_nsec);
    note(&(const struct call){FSYNC, name, (int64_t)seen.st_ino, (int64_t)used, bytes});
}

int fsync(int fd) {
    int result = (int)syscall(SYS_fsync, fd);
    if (result == 0 && trace)
        note_flush(fd);
    return result;
}

int fdatasync(int fd) {
    int result = (int)syscall(SYS_fdatasync, fd);
    if (result == 0 && trace)
        note_flush(fd);
    return result;
}
