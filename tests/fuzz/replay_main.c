/* In libFuzzer's stead, for any compiler: hands each file of a folder to a driver. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "fuzz.h"
#include "host/files.h"

enum { LONGEST = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* False: it cannot be read. */
static bool hand_over(const char *path) {
    struct text bytes = {0};
    struct err err = {0};
    bool ok = files_read(&bytes, path, LONGEST, &err);

    fprintf(stderr, "%s\n", ok ? path : err.text); /* the last one is whose promise was broken */
    if (ok) {
        char *copy = fuzz_copy(bytes.data, bytes.len);

        LLVMFuzzerTestOneInput((uint8_t *)copy, bytes.len);
        free(copy);
    }
    text_release(&bytes);
    err_release(&err);
    return ok;
}

static int replay(const char *folder) {
    DIR *dir = opendir(folder);
    int count = 0;

    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        char *path = xasprintf("%s/%s", folder, entry->d_name);

        count += entry->d_name[0] != '.' && hand_over(path);
        free(path);
    }
    if (dir)
        closedir(dir);
    return count;
}

int main(int argc, char **argv) {
    int count = argc == 2 ? replay(argv[1]) : 0;

    if (!count) {
        fprintf(stderr, "usage: %s FOLDER\nits files, of which there must be some, are read one after the other\n",
                argv[0]);
        return 64;
    }
    printf("%d\n", count);
    return 0;
}
