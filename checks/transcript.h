/* transcript.h -- commands run in a folder of their own, and what came held to what was expected. */
#ifndef GCK_TRANSCRIPT_H
#define GCK_TRANSCRIPT_H

#include "check.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_LINES = 4000 };

struct lines {
    char *text; /* cut at its newlines */
    char *line[MOST_LINES];
    size_t count;
};

static char root[PATH_MAX], build[PATH_MAX];

static void *must(void *pointer)
{
    if (pointer == NULL) {
        perror("transcript");
        exit(1);
    }
    return pointer;
}

/* A file that is written anew stands beside the old one until it is whole, so that a run that is killed loses nothing. NULL where
 * nothing is to be rewritten. */
static inline FILE *begin_anew(const char *path, bool wanted)
{
    char beside[PATH_MAX];

    snprintf(beside, sizeof beside, "%s.new", path);
    return wanted ? must(fopen(beside, "w")) : NULL;
}

static inline void end_anew(FILE *file, const char *path)
{
    char beside[PATH_MAX];

    if (file == NULL)
        return;
    snprintf(beside, sizeof beside, "%s.new", path);
    if (fclose(file) != 0 || rename(beside, path) != 0)
        must(NULL);
}

static struct lines *read_lines(FILE *file)
{
    struct lines *const lines = must(calloc(1, sizeof *lines));
    char *end, *at;
    size_t size = 0;

    for (;;) {
        lines->text = must(realloc(lines->text, size + 4097));
        const size_t got = fread(lines->text + size, 1, 4096, file);

        size += got;
        if (got == 0)
            break;
    }
    lines->text[size] = '\0';
    for (at = lines->text; *at != '\0' && lines->count < MOST_LINES; at = end) {
        end = at + strcspn(at, "\n");
        if (*end == '\n')
            *end++ = '\0';
        lines->line[lines->count++] = at;
    }
    return lines;
}

static void free_lines(struct lines *lines)
{
    free(lines->text);
    free(lines);
}

/* Numbers that are equal to within `share` of themselves, and the words between them to the letter. share 0: all to the letter. */
static bool same_line(const char *want, const char *got, double share)
{
    while (share > 0 && *want != '\0' && *got != '\0') {
        const bool number = (*want >= '0' && *want <= '9') && (*got >= '0' && *got <= '9');
        char *want_end, *got_end;

        if (!number && *want != *got)
            return false;
        if (!number) {
            want++;
            got++;
            continue;
        }
        const double a = strtod(want, &want_end), b = strtod(got, &got_end);

        if (fabs(a - b) > share * fmax(fabs(a), fabs(b)))
            return false;
        want = want_end;
        got = got_end;
    }
    return strcmp(want, got) == 0;
}

/* Does what came match what was expected, with "..." for any lines? */
static bool matches(char *const *want, size_t wants, char *const *got, size_t gots, double share)
{
    if (wants == 0)
        return gots == 0;
    if (strcmp(want[0], "...") == 0) {
        for (size_t skip = 0; skip <= gots; skip++)
            if (matches(want + 1, wants - 1, got + skip, gots - skip, share))
                return true;
        return false;
    }
    return gots > 0 && same_line(want[0], got[0], share) && matches(want + 1, wants - 1, got + 1, gots - 1, share);
}

/* Runs one command in the folder; the lines that came, "[exit N]" the last. */
static struct lines *run(const char *folder, const char *command)
{
    const size_t size = strlen(command) + 4 * PATH_MAX;
    char *const whole = must(malloc(size));
    struct lines *lines;
    static char ending[32];
    FILE *pipe;
    int status;

    snprintf(whole, size, "cd '%s' || exit 99; exec 2>&1; %s", folder, command);
    fflush(NULL);
    pipe = must(popen(whole, "r"));
    lines = read_lines(pipe);
    status = pclose(pipe);
    snprintf(ending, sizeof ending, "[exit %d]",
             WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    lines->line[lines->count++] = ending;
    free(whole);
    return lines;
}

static void show_difference(char *const *want, size_t wants, const struct lines *got, double share)
{
    size_t same = 0;

    while (same < wants && same < got->count && same_line(want[same], got->line[same], share))
        same++;
    for (size_t i = 0; i < wants; i++)
        print_error("%c %s\n", i < same ? ' ' : '-', want[i]);
    for (size_t i = same; i < got->count; i++)
        print_error("+ %s\n", got->line[i]);
}

static bool updating(void)
{
    return getenv("GCK_UPDATE") != NULL;
}

static void write_out(FILE *update, char *const *line, size_t count)
{
    for (size_t i = 0; update != NULL && i < count; i++)
        fprintf(update, "%s\n", line[i]);
}

static bool is_command(const char *line)
{
    return strncmp(line, "$ ", 2) == 0;
}

static bool is_fence(const char *line)
{
    return strncmp(line, "```", 3) == 0;
}

/* The source tree as seen from the folder: all that is new stays in the folder. */
static void link_tree(const char *folder)
{
    char command[2 * PATH_MAX];

    snprintf(command, sizeof command,
             "cd '%s' && ln -s \"$ROOT\"/* . && rm -rf build* && ln -s \"$BUILD\" build", folder);
    if (system(command) != 0)
        fail_msg("%s failed", command);
}

/* A new folder for what is in the file x/name.md: in "/tmp/kind-name-XXXXXX", see check_folder. */
static void make_folder(char *folder, size_t size, const char *kind, const char *path)
{
    const char *const name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;

    snprintf(folder, size, "/tmp/%s-%.*s-XXXXXX", kind, (int)strcspn(name, "."), name);
    if (!check_folder(folder, size))
        fail_msg("no folder %s", folder);
}

static void remove_folder(const char *folder)
{
    char command[PATH_MAX + 16];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        print_error("%s is left behind\n", folder);
}

/* Nothing of the caller's settings may change what comes out. */
static void set_environment(void)
{
    static const char *const unwanted[] = { "NO_COLOR", "CLICOLOR_FORCE", "CFLAGS", "CC", "CXX",
                                            "CXXFLAGS", "GRADCHECK_INSIDE" };
    const char *const tool = getenv("GRADCHECK"), *const path = getenv("PATH"),
                      *const b = getenv("GCK_BUILD");
    char own[PATH_MAX], *slash, *search;

    must(realpath(".", root));
    must(realpath(b != NULL ? b : "build", build));
    if (tool == NULL)
        snprintf(own, sizeof own, "%.4000s/gradcheck", build);
    else
        must(realpath(tool, own));
    slash = strrchr(own, '/');
    *slash = '\0';
    search = must(malloc(strlen(own) + (path != NULL ? strlen(path) : 0) + 2));
    sprintf(search, "%s:%s", own, path != NULL ? path : "/usr/bin:/bin");
    setenv("PATH", search, 1);
    setenv("ROOT", root, 1);
    setenv("BUILD", build, 1);
    setenv("LC_ALL", "C", 1);
    setenv("TERM", "dumb", 1);
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
        unsetenv(unwanted[i]);
    free(search);
}

#endif
