/* progress.c -- what a learner has done. */
#include "learn/progress.h"

#include "core/text.h"
#include "learn/folder.h"

#include <errno.h>
#include <string.h>

enum { LINE = 256 };

/* By its full name only; the number of exercises where there is none. */
static size_t index_of(const struct gck_course *course, const char *name)
{
    size_t i = 0;

    while (i < course->exercises && strcmp(course->exercise[i].name, name) != 0)
        i++;
    return i;
}

/* False where the line is not one of a progress file. */
static bool read_line(struct gck_progress *progress, const struct gck_course *course,
                      const char *line)
{
    char verb[16] = "", name[LINE] = "", rest[2] = "";
    unsigned rung = 0;
    const int words = sscanf(line, "%15s %255s %u %1s", verb, name, &rung, rest);
    const bool hint = strcmp(verb, "hint") == 0 && words == 3;
    const bool two = words == 2 && (strcmp(verb, "current") == 0 || strcmp(verb, "done") == 0);
    const size_t i = index_of(course, name);

    if (words <= 0)
        return true; /* an empty line */
    if (!hint && !two)
        return false;
    if (i == course->exercises) {
        if (verb[0] != 'c')
            gck_append(progress->others, sizeof progress->others, "%s\n", line);
        return true;
    }
    if (hint && rung > progress->hints[i])
        progress->hints[i] = rung < GCK_HINTS ? rung : GCK_HINTS;
    else if (verb[0] == 'd')
        progress->done[i] = true;
    else if (verb[0] == 'c')
        progress->current = i;
    return true;
}

static bool read_all(struct gck_progress *progress, const struct gck_course *course, FILE *file)
{
    char line[LINE];
    bool good = fgets(line, sizeof line, file) != NULL
                && strncmp(line, GCK_PROGRESS_HEAD, strlen(GCK_PROGRESS_HEAD)) == 0
                && strspn(line + strlen(GCK_PROGRESS_HEAD), " \r\n")
                       == strlen(line + strlen(GCK_PROGRESS_HEAD));

    while (good && fgets(line, sizeof line, file) != NULL) {
        good = strchr(line, '\n') != NULL || feof(file);
        line[strcspn(line, "\r\n")] = '\0';
        good = good && read_line(progress, course, line);
    }
    return good && !ferror(file);
}

enum gck_status gck_progress_read(struct gck_progress *progress, const struct gck_course *course,
                                  char *told, char *message)
{
    FILE *const file = fopen(GCK_PROGRESS_FILE, "r");
    char name[LINE];
    bool good;

    memset(progress, 0, sizeof *progress);
    told[0] = '\0';
    if (file == NULL && errno == ENOENT)
        return GCK_OK;
    if (file == NULL)
        return gck_say(message, GCK_EFILE, "%s cannot be read: %s", GCK_PROGRESS_FILE,
                       strerror(errno));
    good = read_all(progress, course, file);
    fclose(file);
    if (good)
        return GCK_OK;
    memset(progress, 0, sizeof *progress);
    if (!gck_file_set_aside(GCK_PROGRESS_FILE, GCK_PROGRESS_FILE ".damaged", name, sizeof name))
        return gck_say(message, GCK_EFILE, "%s is damaged and cannot be set aside: %s",
                       GCK_PROGRESS_FILE, strerror(errno));
    gck_say(told, GCK_EFORMAT,
            "the progress file was damaged: it is kept as %s, and a new one begins; "
            "gradcheck learn check-all finds out again what is solved",
            name);
    return gck_progress_write(progress, course, message);
}

enum gck_status gck_progress_write(const struct gck_progress *progress,
                                   const struct gck_course *course, char *message)
{
    char text[(2 * GCK_MAX_EXERCISES + 2) * (GCK_NAME_SIZE + 16) + sizeof progress->others];

    snprintf(text, sizeof text, "%s\n", GCK_PROGRESS_HEAD);
    gck_append(text, sizeof text, "current %s\n", course->exercise[progress->current].name);
    for (size_t i = 0; i < course->exercises; i++) {
        if (progress->done[i])
            gck_append(text, sizeof text, "done %s\n", course->exercise[i].name);
        if (progress->hints[i] > 0)
            gck_append(text, sizeof text, "hint %s %u\n", course->exercise[i].name,
                       progress->hints[i]);
    }
    gck_append(text, sizeof text, "%s", progress->others);
    return gck_file_write(GCK_PROGRESS_FILE, text, message);
}

size_t gck_progress_done(const struct gck_progress *progress, const struct gck_course *course)
{
    size_t done = 0;

    for (size_t i = 0; i < course->exercises; i++)
        done += progress->done[i];
    return done;
}

size_t gck_progress_pending(const struct gck_progress *progress, const struct gck_course *course,
                            size_t from)
{
    for (size_t step = 0; step < course->exercises; step++) {
        const size_t i = (from + step) % course->exercises;

        if (!progress->done[i])
            return i;
    }
    return from;
}
