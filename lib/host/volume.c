#include "host/volume.h"

#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "rules/filesystem.h"

bool volume_look(const char *path, struct volume *volume) {
    struct statvfs room;
    struct statfs kind;

    *volume = (struct volume){0};
    if (statvfs(path, &room) != 0 || statfs(path, &kind) != 0)
        return false;
    volume->free_bytes = (int64_t)((uint64_t)room.f_bavail * (uint64_t)room.f_frsize);
    volume->read_only = (room.f_flag & ST_RDONLY) != 0;
    volume->network = filesystem_network((uint32_t)kind.f_type);
    volume->untold = filesystem_untold((uint32_t)kind.f_type);
    return true;
}
