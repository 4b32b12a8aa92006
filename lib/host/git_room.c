#include "host/git_room.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/beneath.h"
#include "host/git_record.h"

enum { FOLDERS_MAX = 100000, LISTING_MAX = 256 * 1024 * 1024 };

struct room {
    const struct git_tree *tree;
    const char *to;
    bool link; /* the path of the next record is a submodule's: its folder stays as it is */
};

void git_room_advise(const struct git_tree *tree, const char *file, struct err *err) {
    struct text from = {0}, to = {0};
    char *path = xasprintf("%s/%s", tree->path, file), *away = xasprintf("%s.%s", tree->path, text_name(file));
    text_quote(&from, path);
    text_quote(&to, away);
    err_advise(err, "move it away: mv %s %s", text_str(&from), text_str(&to));
    text_release(&from);
    text_release(&to);
    free(path);
    free(away);
}

static void add_folders(struct argv *folders, const char *folder, bool *found) {
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (!*found && dir != NULL && (entry = readdir(dir)) != NULL) {
        struct stat seen;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        *found = strcmp(entry->d_name, ".git") == 0 || folders->count >= FOLDERS_MAX;
        if (fstatat(dirfd(dir), entry->d_name, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(seen.st_mode))
            argv_addf(folders, "%s/%s", folder, entry->d_name);
    }
    if (dir != NULL)
        closedir(dir);
}

/* Is something called .git in it, at any depth? */
static bool holds_git(const char *folder) {
    struct argv folders = {0};
    bool found = false;
    argv_add(&folders, folder);
    for (size_t i = 0; i < folders.count && !found; i++)
        add_folders(&folders, folders.items[i], &found);
    argv_release(&folders);
    return found;
}

static bool refuse(const struct room *room, const char *path, struct err *err) {
    struct text shown = {0};
    clean_escape(&shown, path, strlen(path));
    err_set(err, MC_NOINPUT, "commit %.12s has a file that git puts nowhere: %s", room->to, text_str(&shown));
    text_release(&shown);
    return false;
}

/* ":MODE MODE OID OID A", then its path. */
static bool check(void *context, const char *record, struct err *err) {
    static const char link[] = ":000000 160000 ";
    struct room *room = context;
    struct stat seen;
    char *path;
    bool fits = true;
    if (record[0] == ':') {
        room->link = text_starts(record, link);
        return true;
    }
    if (!beneath_path_is_good(record))
        return refuse(room, record, err);
    path = xasprintf("%s/%s", room->tree->path, record);
    if (!room->link && lstat(path, &seen) == 0 && S_ISDIR(seen.st_mode) && holds_git(path)) {
        struct text shown = {0};
        clean_escape(&shown, record, strlen(record));
        fits = err_set(err, MC_DATAERR, "%s, in which there is a .git that git would remove unseen", text_str(&shown));
        git_room_advise(room->tree, text_str(&shown), err);
        text_release(&shown);
    }
    free(path);
    return fits;
}

bool git_room_for(const struct git_tree *tree, const char *from, const char *to, struct err *err) {
    const char *const args[] = {"diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", from, to, NULL};
    struct room room = {.tree = tree, .to = to};
    struct git_records records = {.each = check, .context = &room};
    const struct git_sink sink = {.take = git_records_take, .context = &records};
    const struct git_call call = {.tree = tree, .args = args, .sink = &sink, .output_max = LISTING_MAX};
    bool done = git_run(tree->git, &call, &(struct git_result){0}, err);
    git_records_release(&records);
    return done;
}
