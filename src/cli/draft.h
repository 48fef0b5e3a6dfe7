/* draft.h -- a file on its way: written beside its place, and renamed into it when it is whole.
 *
 * From opening to closing an interrupt has to wait: it would leave the file lying about. */
#ifndef GCK_CLI_DRAFT_H
#define GCK_CLI_DRAFT_H

#include "worker/watch.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

struct gck_draft {
    struct gck_watch watch;
    bool watched;
    FILE *file;                 /* to write to */
    char place[PATH_MAX];       /* with symbolic links followed */
    char beside[PATH_MAX + 16]; /* "": the place is no regular file, and is written to itself */
};

/* Opens one for that path. 0, or 2 after a sentence. */
int gck_draft_open(struct gck_draft *draft, const char *path);

/* Into its place where keep is true, or away. False where anything could not be written; may be called again, with keep false. */
bool gck_draft_close(struct gck_draft *draft, bool keep);

/* "path cannot be written: " and errno's words on stderr. Returns 2. */
int gck_draft_complain(const char *path);

#endif
