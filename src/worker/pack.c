/* pack.c -- bytes of which most are 0, as the lines that are not. */
#include "worker/pack.h"

#include <stdint.h>
#include <string.h>

/* Lines that follow each other. */
struct run {
    uint32_t first, length; /* bytes */
};

static bool is_empty(const char *bytes, size_t length)
{
    static const char nothing[GCK_PACK_LINE];

    return memcmp(bytes, nothing, length) == 0;
}

static size_t line_at(size_t at, size_t length)
{
    return length - at < GCK_PACK_LINE ? length - at : GCK_PACK_LINE;
}

size_t gck_pack(const void *bytes, size_t length, char *packed)
{
    const char *const from = bytes;
    struct run run = { 0, 0 };
    size_t used = 0;

    for (size_t at = 0, line; at < length; at += line) {
        line = line_at(at, length);
        if (is_empty(from + at, line)) {
            run.length = 0;
            continue;
        }
        if (run.length == 0) {
            run.first = (uint32_t)at;
            used += sizeof run;
        }
        memcpy(packed + used, from + at, line);
        used += line;
        run.length += (uint32_t)line;
        memcpy(packed + used - run.length - sizeof run, &run, sizeof run);
    }
    return used;
}

bool gck_unpack(const char *packed, size_t used, void *bytes, size_t length)
{
    char *const to = bytes;
    size_t at = 0;

    for (struct run run; used > 0; packed += run.length, used -= run.length) {
        if (used < sizeof run)
            return false;
        memcpy(&run, packed, sizeof run);
        packed += sizeof run;
        used -= sizeof run;
        if (run.first < at || run.first > length || run.length > length - run.first || run.length > used)
            return false;
        memset(to + at, 0, run.first - at);
        memcpy(to + run.first, packed, run.length);
        at = run.first + run.length;
    }
    memset(to + at, 0, length - at);
    return true;
}
