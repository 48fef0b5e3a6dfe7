/* course.c -- the exercises and chapters, read from what the program carries. */
#include "learn/course.h"

#include "core/text.h"
#include "learn/embedded.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *gck_embedded_text(const char *path)
{
    for (const struct gck_embedded *file = gck_embedded; file->path != NULL; file++)
        if (strcmp(file->path, path) == 0)
            return file->text;
    return NULL;
}

const char *gck_chapter_text(unsigned chapter)
{
    char begin[8];

    snprintf(begin, sizeof begin, "%02u-", chapter % 100);
    for (const struct gck_embedded *file = gck_embedded; file->path != NULL; file++)
        if (strncmp(file->path, begin, 3) == 0 && strchr(file->path, '/') == NULL)
            return file->text;
    return NULL;
}

/* ---- about.md: lines "key: value", then sections ---- */

static bool next_line(const char **text, char *line, size_t size)
{
    const size_t length = strcspn(*text, "\n");

    if (**text == '\0')
        return false;
    snprintf(line, size, "%.*s", (int)length, *text);
    *text += length + ((*text)[length] == '\n');
    return true;
}

static bool read_codes(struct gck_exercise *e, const char *value)
{
    for (const char *at = value; (at = strstr(at, "GC")) != NULL; at++) {
        char *end;

        if (e->codes == GCK_MAX_PLANNED)
            return false;
        e->code[e->codes].code = (unsigned)strtoul(at + 2, &end, 10);
        e->code[e->codes++].types = strncmp(end, " (double)", 9) == 0  ? 1u << GCK_TYPE_DOUBLE
                                    : strncmp(end, " (float)", 8) == 0 ? 1u << GCK_TYPE_FLOAT
                                                                       : GCK_BOTH_TYPES;
    }
    return e->codes > 0;
}

static bool read_goal(struct gck_exercise *e, const char *value)
{
    e->goal = GCK_GOAL_SEE;
    e->wanted = strncmp(value, "see GC", 6) == 0 ? (unsigned)strtoul(value + 6, NULL, 10) : 0;
    return e->wanted > 0;
}

static bool read_pair(struct gck_exercise *e, const char *key, const char *value)
{
    if (strcmp(key, "title") == 0)
        GCK_COPY(e->title, value);
    else if (strcmp(key, "layer") == 0)
        GCK_COPY(e->layer, value);
    else if (strcmp(key, "case") == 0)
        GCK_COPY(e->record, value);
    else if (strcmp(key, "code") == 0)
        return read_codes(e, value);
    else if (strcmp(key, "goal") == 0)
        return read_goal(e, value);
    else
        return false;
    return true;
}

/* name: "05b-squared" */
static bool read_name(struct gck_exercise *e, const char *name)
{
    const bool good = strlen(name) > 4 && isdigit((unsigned char)name[0])
                      && isdigit((unsigned char)name[1]) && islower((unsigned char)name[2])
                      && name[3] == '-' && strlen(name) < GCK_NAME_SIZE;

    if (!good)
        return false;
    GCK_COPY(e->name, name);
    snprintf(e->file, sizeof e->file, "%.63s.c", name);
    e->chapter = (unsigned)(10 * (name[0] - '0') + name[1] - '0');
    snprintf(e->id, sizeof e->id, "%u%c", e->chapter, name[2]);
    return e->chapter < GCK_CHAPTERS;
}

static const char *part(const char *name, const char *file)
{
    char path[2 * GCK_NAME_SIZE];

    snprintf(path, sizeof path, "exercises/%.63s/%s", name, file);
    return gck_embedded_text(path);
}

static bool read_exercise(struct gck_exercise *e, const char *name, char *message)
{
    char line[256], *colon;
    const char *text;

    memset(e, 0, sizeof *e);
    e->about = text = part(name, "about.md");
    e->exercise = part(name, "exercise.c");
    e->solution = part(name, "solution.c");
    if (!read_name(e, name) || e->exercise == NULL || e->solution == NULL) {
        gck_say(message, GCK_EFORMAT, "exercise %s is not complete", name);
        return false;
    }
    while (next_line(&text, line, sizeof line) && line[0] != '#') {
        if (line[0] == '\0')
            continue;
        colon = strchr(line, ':');
        if (colon != NULL)
            *colon = '\0';
        if (colon == NULL || !read_pair(e, line, colon + 1 + strspn(colon + 1, " "))) {
            gck_say(message, GCK_EFORMAT, "exercise %s: \"%s\" is not understood", name, line);
            return false;
        }
    }
    if (e->title[0] == '\0' || e->layer[0] == '\0' || e->codes == 0) {
        gck_say(message, GCK_EFORMAT, "exercise %s has no title, layer or code", name);
        return false;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct gck_exercise *)a)->name, ((const struct gck_exercise *)b)->name);
}

bool gck_course_open(struct gck_course *course, char *message)
{
    course->exercises = 0;
    for (const struct gck_embedded *file = gck_embedded; file->path != NULL; file++) {
        const char *const end = strstr(file->path, "/about.md");
        char name[256];

        if (strncmp(file->path, "exercises/", 10) != 0 || end == NULL)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(end - file->path - 10), file->path + 10);
        if (course->exercises == GCK_MAX_EXERCISES) {
            gck_say(message, GCK_EFORMAT, "there are more than %d exercises", GCK_MAX_EXERCISES);
            return false;
        }
        if (!read_exercise(&course->exercise[course->exercises++], name, message))
            return false;
    }
    qsort(course->exercise, course->exercises, sizeof course->exercise[0], by_name);
    return true;
}

/* ---- sections ---- */

static char *section(const struct gck_exercise *exercise, const char *title, char *text, size_t size)
{
    const char *at = exercise->about;
    bool inside = false;
    char line[512];

    text[0] = '\0';
    while (next_line(&at, line, sizeof line)) {
        const bool heading = strncmp(line, "## ", 3) == 0;

        if (inside && heading)
            break;
        if (inside && (text[0] != '\0' || line[0] != '\0'))
            gck_append(text, size, "%s\n", line);
        inside = inside || (heading && strcmp(line + 3, title) == 0);
    }
    for (size_t length = strlen(text); length > 0 && text[length - 1] == '\n'; length--)
        text[length - 1] = '\0';
    return text;
}

char *gck_exercise_hint(const struct gck_exercise *exercise, unsigned rung, char *text, size_t size)
{
    char title[16];

    snprintf(title, sizeof title, "Hint %u", rung);
    return section(exercise, title, text, size);
}

char *gck_exercise_why(const struct gck_exercise *exercise, char *text, size_t size)
{
    return section(exercise, "Why", text, size);
}

/* ---- finding one ---- */

static bool is_called(const struct gck_exercise *e, const char *word)
{
    const bool zero = word[0] == '0' && isdigit((unsigned char)word[1]);

    return strcmp(word, e->name) == 0 || strcmp(word, e->file) == 0
           || strcmp(word + zero, e->id) == 0 || strcmp(word, e->name + 4) == 0;
}

const struct gck_exercise *gck_course_find(const struct gck_course *course, const char *word,
                                           char *message)
{
    const char *known[GCK_MAX_EXERCISES + 1] = { NULL }, *base = strrchr(word, '/');
    char near[GCK_MESSAGE_SIZE];

    base = base != NULL ? base + 1 : word;
    for (size_t i = 0; i < course->exercises; i++)
        if (is_called(&course->exercise[i], base))
            return &course->exercise[i];
    for (size_t i = 0; i < course->exercises; i++)
        known[i] = course->exercise[i].name + 4;
    gck_nearest(base, known, near, sizeof near);
    if (strncmp(near, "; there are", 11) == 0)
        snprintf(near, sizeof near, "; gradcheck learn list shows all");
    gck_say(message, GCK_ENAME, "there is no exercise '%s'%s", word, near);
    return NULL;
}

const struct gck_exercise *gck_course_for_code(const struct gck_course *course, unsigned code)
{
    for (size_t i = 0; i < course->exercises; i++)
        for (unsigned k = 0; k < course->exercise[i].codes; k++)
            if (course->exercise[i].code[k].code == code)
                return &course->exercise[i];
    return NULL;
}
