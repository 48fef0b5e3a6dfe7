/* folder.c -- the folder that holds the learner's files. */
#include "learn/folder.h"

#include "core/text.h"
#include "learn/embedded.h"
#include "learn/progress.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 20, MOST_COPIES = 10000 };

/* ---- single files ---- */

static enum gck_status cannot(const char *what, const char *path, char *message)
{
    return gck_say(message, GCK_EFILE, "%s cannot be %s: %s", path, what, strerror(errno));
}

enum gck_status gck_file_write(const char *path, const char *text, char *message)
{
    char beside[PATH_MAX];
    const mode_t mask = umask(0);
    FILE *file = NULL;
    bool good;
    int fd;

    umask(mask);
    snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    fd = mkstemp(beside);
    if (fd < 0)
        return cannot("written", path, message);
    fchmod(fd, 0666 & ~mask);
    file = fdopen(fd, "w");
    good = file != NULL && fputs(text, file) >= 0;
    good = file != NULL && fclose(file) == 0 && good;
    if (good && rename(beside, path) == 0)
        return GCK_OK;
    cannot("written", path, message);
    unlink(beside);
    return GCK_EFILE;
}

bool gck_file_set_aside(const char *path, const char *to, char *name, size_t size)
{
    for (int i = 1; i < MOST_COPIES; i++) {
        snprintf(name, size, "%s.%d", to, i);
        if (access(name, F_OK) == 0)
            continue;
        return rename(path, name) == 0;
    }
    return false;
}

static char *read_file(const char *path)
{
    FILE *const file = fopen(path, "r");
    char *const text = file != NULL ? malloc(MOST_BYTES + 1) : NULL;
    size_t size;

    if (text != NULL) {
        size = fread(text, 1, MOST_BYTES, file);
        text[size] = '\0';
    }
    if (file != NULL)
        fclose(file);
    return text;
}

char *gck_folder_read(const struct gck_exercise *exercise, char *message)
{
    char *const text = read_file(exercise->file);

    if (text == NULL)
        gck_say(message, GCK_EFILE, "%s cannot be read: %s; gradcheck learn reset %s brings it back",
                exercise->file, strerror(errno), exercise->id);
    return text;
}

/* ---- the folder ---- */

bool gck_folder_is(const char *folder)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", folder, GCK_PROGRESS_FILE);
    return access(path, F_OK) == 0;
}

static enum gck_status make_folder(const char *folder, char *message)
{
    struct stat there;

    if (mkdir(folder, 0777) == 0)
        return GCK_OK;
    if (errno != EEXIST)
        return gck_say(message, GCK_EFILE, "the folder %s cannot be made: %s", folder,
                       strerror(errno));
    if (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode))
        return gck_say(message, GCK_EFILE, "%s is not a folder", folder);
    return GCK_OK;
}

static enum gck_status write_missing(const char *folder, const char *name, const char *text,
                                     size_t *written, char *message)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (access(path, F_OK) == 0)
        return GCK_OK;
    ++*written;
    return gck_file_write(path, text, message);
}

enum gck_status gck_folder_init(const struct gck_course *course, const char *folder,
                                size_t *written, char *message)
{
    const char *const readme = gck_embedded_text("exercises/README.md");
    enum gck_status status = make_folder(folder, message);
    size_t others = 0;

    *written = 0;
    for (size_t i = 0; i < course->exercises && status == GCK_OK; i++)
        status = write_missing(folder, course->exercise[i].file, course->exercise[i].exercise,
                               written, message);
    if (status == GCK_OK && readme != NULL)
        status = write_missing(folder, "README.md", readme, &others, message);
    if (status == GCK_OK) /* the last: with it the folder is one */
        status = write_missing(folder, GCK_PROGRESS_FILE, GCK_PROGRESS_HEAD "\n", &others, message);
    return status;
}

enum gck_status gck_folder_reset(const struct gck_exercise *exercise, char *backup, size_t size,
                                 char *message)
{
    char *const now = read_file(exercise->file);
    const bool changed = now != NULL && strcmp(now, exercise->exercise) != 0;
    enum gck_status status = GCK_OK;
    char to[PATH_MAX];

    free(now);
    backup[0] = '\0';
    if (changed) {
        status = make_folder(".backup", message);
        snprintf(to, sizeof to, ".backup/%s", exercise->file);
        if (status == GCK_OK && !gck_file_set_aside(exercise->file, to, backup, size))
            status = gck_say(message, GCK_EFILE, "%s cannot be kept in .backup: %s",
                             exercise->file, strerror(errno));
    }
    return status == GCK_OK ? gck_file_write(exercise->file, exercise->exercise, message) : status;
}
