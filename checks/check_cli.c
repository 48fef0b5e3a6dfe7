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
#include "transcript.h"

enum { MOST_FILES = 64 };

static bool is_page(const char *path)
{
    return strcmp(path + strlen(path) - 3, ".md") == 0;
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
        const bool good = matches(want, wants, got->line, got->count - !told, 0);

        ++*commands;
        write_out(update, &script->line[at], 1);
        write_out(update, good ? want : got->line, good ? wants : got->count - !told);
        if (update != NULL && (blank > 0 || (!page && next < script->count)))
            fputc('\n', update);
        if (!good) {
            wrong++;
            print_error("%s\n", script->line[at]);
            show_difference(want, wants, got, 0);
        }
        free_lines(got);
    }
    return wrong;
}

static void transcript(void **state)
{
    const char *const path = *state;
    const bool page = is_page(path);
    char folder[256];
    FILE *file = must(fopen(path, "r")), *update;
    struct lines *const script = read_lines(file);
    unsigned wrong, commands = 0;

    fclose(file);
    make_folder(folder, sizeof folder, "transcript", path);
    if (page)
        link_tree(folder);
    update = begin_anew(path, updating());
    wrong = play(script, page, folder, update, &commands);
    end_anew(update, path);
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
