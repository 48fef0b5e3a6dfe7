/* draft.c -- a file on its way: written beside its place, and renamed into it when it is whole. */
#include "cli/draft.h"

#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int gck_draft_complain(const char *path)
{
    return gck_complain("%s cannot be written: %s", path, strerror(errno));
}

static bool draft_file(struct gck_draft *draft)
{
    const mode_t mask = umask(0);
    int fd;

    umask(mask);
    gck_watch_begin(&draft->watch);
    draft->watched = true;
    snprintf(draft->beside, sizeof draft->beside, "%s.XXXXXX", draft->place);
    fd = mkstemp(draft->beside);
    if (fd < 0) {
        draft->beside[0] = '\0';
        return false;
    }
    fchmod(fd, 0666 & ~mask);
    draft->file = fdopen(fd, "w");
    return draft->file != NULL;
}

static bool draft_settle(struct gck_draft *draft, bool good, bool keep)
{
    if (draft->beside[0] == '\0')
        return good;
    if (good && keep && rename(draft->beside, draft->place) == 0)
        return true;
    unlink(draft->beside);
    draft->beside[0] = '\0';
    return good && !keep;
}

bool gck_draft_close(struct gck_draft *draft, bool keep)
{
    bool good = true;

    if (draft->file != NULL) {
        good = !ferror(draft->file);
        good = fclose(draft->file) == 0 && good;
        draft->file = NULL;
    }
    good = draft_settle(draft, good, keep);
    if (draft->watched)
        gck_watch_end(&draft->watch);
    draft->watched = false;
    return good;
}

int gck_draft_open(struct gck_draft *draft, const char *path)
{
    struct stat old;

    memset(draft, 0, sizeof *draft);
    if (realpath(path, draft->place) == NULL)
        snprintf(draft->place, sizeof draft->place, "%s", path);
    if (stat(draft->place, &old) == 0 && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return gck_draft_complain(path);
    }
    if (stat(draft->place, &old) == 0 && !S_ISREG(old.st_mode)) {
        draft->file = fopen(draft->place, "w"); /* a device or a pipe */
        return draft->file != NULL ? 0 : gck_draft_complain(path);
    }
    if (draft_file(draft))
        return 0;
    gck_draft_complain(path);
    gck_draft_close(draft, false);
    return 2;
}
