/* In libFuzzer's stead, for any compiler: hands each file of a folder to a driver. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool read_file(const char *path, struct text *out) {
    FILE *file = fopen(path, "rb");
    char chunk[65536];
    size_t n;

    text_clear(out);
    if (!file)
        return false;
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        text_addn(out, chunk, n);
    fclose(file);
    return true;
}

/* Of exactly their length, so that a sanitizer sees who reads on. */
static void hand_over(const struct text *bytes) {
    uint8_t *copy = xmalloc(bytes->len + !bytes->len);

    if (bytes->len)
        memcpy(copy, bytes->data, bytes->len);
    LLVMFuzzerTestOneInput(copy, bytes->len);
    free(copy);
}

static int replay(const char *folder) {
    DIR *dir = opendir(folder);
    struct text bytes = {0};
    int count = 0;

    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        char *path = xasprintf("%s/%s", folder, entry->d_name);

        if (entry->d_name[0] != '.' && read_file(path, &bytes)) {
            fprintf(stderr, "%s\n", path); /* the last one is whose promise was broken */
            hand_over(&bytes);
            count++;
        }
        free(path);
    }
    if (dir)
        closedir(dir);
    text_release(&bytes);
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
