/* check_cli.c -- golden runs of the tool: the transcripts in checks/cli, and what README.md shows.
 *
 * A transcript is "$ command", the output of it (stdout and stderr) and "[exit N]", as often as one
 * likes; lines before the first "$ " are a comment. A line "..." stands for any lines, none
 * included. All commands of a file run in one new folder, where `gradcheck` is the tool, $ROOT the
 * source tree and $BUILD what was built from it. With GCK_UPDATE=1 what came out is written into
 * the transcripts instead: look at the difference.
 *
 * Of a page, x.md, the blocks marked "console" are a transcript, in which "[exit N]" may be left
 * out. Its commands find in their folder what lies in the source tree, and in build/ what was
 * built. */
#include "check.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_FILES = 64, MOST_LINES = 4000 };

struct lines {
    char *text; /* cut at its newlines */
    char *line[MOST_LINES];
    size_t count;
};

static char root[PATH_MAX], build[PATH_MAX];

static void *must(void *pointer)
{
    if (pointer == NULL) {
        perror("check_cli");
        exit(1);
    }
    return pointer;
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

/* Does what came match what was expected, with "..." for any lines? */
static bool matches(char *const *want, size_t wants, char *const *got, size_t gots)
{
    if (wants == 0)
        return gots == 0;
    if (strcmp(want[0], "...") == 0) {
        for (size_t skip = 0; skip <= gots; skip++)
            if (matches(want + 1, wants - 1, got + skip, gots - skip))
                return true;
        return false;
    }
    return gots > 0 && strcmp(want[0], got[0]) == 0
           && matches(want + 1, wants - 1, got + 1, gots - 1);
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

static void show_difference(char *const *want, size_t wants, const struct lines *got)
{
    size_t same = 0;

    while (same < wants && same < got->count && strcmp(want[same], got->line[same]) == 0)
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

static bool is_page(const char *path)
{
    return strcmp(path + strlen(path) - 3, ".md") == 0;
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

/* Runs the transcript's commands in turn; how many of them came out otherwise. */
static unsigned play(const struct lines *script, bool page, const char *folder, FILE *update,
                     unsigned *commands)
{
    unsigned wrong = 0;
    size_t next = 0;
    bool inside = !page;

    for (size_t at = 0; at < script->count; at = next) {
        next = at + 1;
        if (page && is_fence(script->line[at]))
            inside = strcmp(script->line[at], "```console") == 0;
        if (!inside || !is_command(script->line[at])) {
            write_out(update, &script->line[at], 1);
            continue;
        }
        while (next < script->count && !is_command(script->line[next])
               && !(page && is_fence(script->line[next])))
            next++;
        char *const *const want = &script->line[at + 1];
        size_t wants = next - at - 1, blank = 0;
        struct lines *const got = run(folder, script->line[at] + 2);

        for (; wants > 0 && want[wants - 1][0] == '\0'; wants--) /* blank lines between commands */
            blank++;
        const bool told = !page || (wants > 0 && strncmp(want[wants - 1], "[exit ", 6) == 0);
        const bool good = matches(want, wants, got->line, got->count - !told);

        ++*commands;
        write_out(update, &script->line[at], 1);
        write_out(update, good ? want : got->line, good ? wants : got->count - !told);
        if (update != NULL && (blank > 0 || (!page && next < script->count)))
            fputc('\n', update);
        if (!good) {
            wrong++;
            print_error("%s\n", script->line[at]);
            show_difference(want, wants, got);
        }
        free_lines(got);
    }
    return wrong;
}

static void remove_folder(const char *folder)
{
    char command[PATH_MAX + 16];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        print_error("%s is left behind\n", folder);
}

static void transcript(void **state)
{
    const char *const path = *state;
    const bool page = is_page(path);
    char folder[] = "/tmp/gradcheck-cli.XXXXXX";
    FILE *file = must(fopen(path, "r")), *update;
    struct lines *const script = read_lines(file);
    unsigned wrong, commands = 0;

    fclose(file);
    must(mkdtemp(folder));
    setenv("XDG_CACHE_HOME", folder, 1);
    if (page)
        link_tree(folder);
    update = updating() ? must(fopen(path, "w")) : NULL;
    wrong = play(script, page, folder, update, &commands);
    if (update != NULL)
        fclose(update);
    free_lines(script);
    remove_folder(folder);
    if (commands == 0)
        fail_msg("%s has no command", path);
    if (wrong > 0 && !updating())
        fail_msg("%u of %u commands came out otherwise in %s", wrong, commands, path);
}

/* ---- the tests are the files ---- */

static int is_transcript(const struct dirent *entry)
{
    const char *const dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".txt") == 0;
}

/* Nothing of the caller's settings may change what comes out. */
static void set_environment(void)
{
    static const char *const unwanted[] = { "NO_COLOR", "CLICOLOR_FORCE", "CFLAGS", "CC",
                                            "GRADCHECK_INSIDE" };
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

int main(void)
{
    static struct CMUnitTest test[MOST_FILES];
    static char name[MOST_FILES][PATH_MAX];
    struct dirent **entry = NULL;
    int files;

    set_environment();
    files = scandir("checks/cli", &entry, is_transcript, alphasort);
    if (files <= 0 || files >= MOST_FILES) {
        fprintf(stderr, "checks/cli has %d transcripts\n", files);
        return 1;
    }
    for (int i = 0; i < files; i++) {
        snprintf(name[i], sizeof name[i], "checks/cli/%s", entry[i]->d_name);
        test[i] = (struct CMUnitTest){ name[i], transcript, NULL, NULL, name[i] };
        free(entry[i]);
    }
    free(entry);
    snprintf(name[files], sizeof name[files], "README.md");
    test[files] = (struct CMUnitTest){ name[files], transcript, NULL, NULL, name[files] };
    files++;
    return _cmocka_run_group_tests("command line", test, (size_t)files, NULL, NULL);
}
