/* status.c -- the words of every status. */
#include "gradcheck/status.h"

#include <stddef.h>

const char *gck_status_text(enum gck_status status)
{
    static const char *const text[] = {
#define TEXT(name, words) words,
        GCK_STATUS_LIST(TEXT)
#undef TEXT
    };

    return (size_t)status < sizeof text / sizeof text[0] ? text[status] : "unknown status";
}
