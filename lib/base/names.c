#include "base/names.h"

int names_find(const char *const *names, size_t count, const char *name) {
    if (name == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (names[i] != NULL && strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}
