/* check_tutorial.c -- what the chapters in tutorial/ say is what happens.
 *
 * A chapter is Markdown that people read as it is. In it
 *
 *   ```console               a transcript: "$ command" and its output, run in a new folder in which the source tree lies.
 *                            Numbers agree to within a thousandth; "..." stands for any lines; "[exit N]" may be left out
 *   <!-- code FILE:NAME -->  the block of C below it is that file's part NAME: between the comments "anchor: NAME" and
 *                            "end: NAME", or else the function of that name
 *   <!-- figure COMMAND -->  the image below it is what the command writes, to within some pixels
 *   <!-- from elsewhere: 87.3365, ... -->  numbers of the prose that the build cannot know; the sentence says whose they are
 *
 * Every other number with a point or an exponent in the prose has to stand in one of the chapter's blocks, too, and what a link leads
 * to has to be there. With GCK_VERDICTS=1 only the verdicts are compared, PASS and FAIL and the codes: for builds whose numbers
 * may differ in digits that a transcript shows. GCK_UPDATE=1 writes what came out into the chapters and the pictures: look at the difference. */
#include "transcript.h"

#include <ctype.h>

enum { MOST_CHAPTERS = 32, PIXELS = 24 };

static const double share = 1e-3;

struct chapter {
    const char *path;
    struct lines *script;
    char folder[256];
    FILE *update;          /* NULL: nothing is rewritten */
    char *blocks;          /* the text of all blocks */
    size_t blocks_size;
    FILE *blocks_file;
    unsigned wrong, checked;
};

static void complain(struct chapter *chapter, size_t line, const char *what, const char *detail)
{
    print_error("%s:%zu: %s%s\n", chapter->path, line + 1, what, detail);
    chapter->wrong++;
}

static void keep(struct chapter *chapter, char *const *line, size_t count)
{
    write_out(chapter->update, line, count);
}

static void block_text(struct chapter *chapter, char *const *line, size_t count)
{
    write_out(chapter->blocks_file, line, count);
}

static size_t block_end(const struct chapter *chapter, size_t at)
{
    while (at < chapter->script->count && !is_fence(chapter->script->line[at]))
        at++;
    return at;
}

/* ---- transcripts ---- */

/* Keeps the verdict lines alone, in their order; how many there are. */
static size_t verdicts(char *const *line, size_t count, char **kept)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        const char *const text = line[i] + strspn(line[i], " ");

        if (strncmp(text, "PASS ", 5) == 0 || strncmp(text, "FAIL ", 5) == 0
            || (strncmp(text, "GC", 2) == 0 && strspn(text + 2, "0123456789") == 3))
            kept[used++] = line[i];
    }
    return used;
}

static bool as_expected(char *const *want, size_t wants, char *const *got, size_t gots)
{
    static char *wanted[MOST_LINES], *came[MOST_LINES];

    if (getenv("GCK_VERDICTS") == NULL)
        return matches(want, wants, got, gots, share);
    for (size_t i = 0; i < wants; i++)
        if (strcmp(want[i], "...") == 0) /* what it leaves out may hold verdicts */
            return matches(want, wants, got, gots, 1);
    return matches(wanted, verdicts(want, wants, wanted), came, verdicts(got, gots, came), 1);
}

static void play_command(struct chapter *chapter, size_t at, size_t next)
{
    char *const *const line = chapter->script->line, *const *const want = &line[at + 1];
    size_t wants = next - at - 1, blank = 0;
    struct lines *const got = run(chapter->folder, line[at] + 2);

    for (; wants > 0 && want[wants - 1][0] == '\0'; wants--)
        blank++;
    const bool told = wants > 0 && strncmp(want[wants - 1], "[exit ", 6) == 0;
    const bool good = as_expected(want, wants, got->line, got->count - !told);

    chapter->checked++;
    keep(chapter, &line[at], 1);
    keep(chapter, good ? want : got->line, good ? wants : got->count - !told);
    keep(chapter, &line[next - blank], blank);
    block_text(chapter, want, wants);
    if (!good) {
        complain(chapter, at, line[at], "");
        show_difference(want, wants, got, share);
    }
    free_lines(got);
}

static size_t play_block(struct chapter *chapter, size_t at)
{
    char *const *const line = chapter->script->line;
    const size_t end = block_end(chapter, at);

    if (at == end || !is_command(line[at]))
        complain(chapter, at, "a console block begins with a command", "");
    while (at < end) {
        size_t next = at + 1;

        while (next < end && !is_command(line[next]))
            next++;
        block_text(chapter, &line[at], 1);
        play_command(chapter, at, next);
        at = next;
    }
    return end;
}

/* ---- code ---- */

static bool begins_function(const char *line, const char *name)
{
    char call[160];

    snprintf(call, sizeof call, " %s(", name);
    return strstr(line, call) != NULL && isalpha((unsigned char)line[0]) && strchr(line, ';') == NULL;
}

/* The lines [*from, *to) of the part; how often it is there. */
static unsigned find_part(const struct lines *file, const char *name, size_t *from, size_t *to)
{
    char start[160], end[160];
    unsigned found = 0;

    snprintf(start, sizeof start, "/* anchor: %s */", name);
    snprintf(end, sizeof end, "/* end: %s */", name);
    for (size_t i = 0; i < file->count; i++)
        if (strstr(file->line[i], start) != NULL) {
            found++;
            for (*from = *to = i + 1; *to < file->count && strstr(file->line[*to], end) == NULL;)
                ++*to;
            if (*to == file->count)
                return 0;
        }
    for (size_t i = 0; found == 0 && i < file->count; i++)
        if (begins_function(file->line[i], name)) {
            unsigned more = 0;

            for (size_t k = i + 1; k < file->count; k++)
                more += begins_function(file->line[k], name);
            for (*from = i, *to = i; *to < file->count && strcmp(file->line[*to], "}") != 0;)
                ++*to;
            ++*to;
            return 1 + more;
        }
    return found;
}

static size_t check_code(struct chapter *chapter, size_t at)
{
    char *const *const line = chapter->script->line;
    char path[PATH_MAX], name[128];
    size_t from = 0, to = 0, block = at + 2, end;
    struct lines *source;
    unsigned found;
    FILE *file;

    keep(chapter, &line[at], 1);
    if (sscanf(line[at], "<!-- code %4000[^: ]:%100[^ ] -->", path, name) != 2 || at + 1 >= chapter->script->count
        || strcmp(line[at + 1], "```c") != 0) {
        complain(chapter, at, "a code comment names FILE:NAME and stands above a block of c", "");
        return at + 1;
    }
    end = block_end(chapter, block);
    file = fopen(path, "r");
    if (file == NULL) {
        complain(chapter, at, "there is no file ", path);
        return at + 1;
    }
    source = read_lines(file);
    fclose(file);
    found = find_part(source, name, &from, &to);
    chapter->checked++;
    keep(chapter, &line[at + 1], 1);
    if (found != 1) {
        complain(chapter, at, found == 0 ? "the file has no part " : "the file has more than one part ", name);
        keep(chapter, &line[block], end - block);
    } else {
        bool same = to - from == end - block;

        for (size_t i = 0; same && i < to - from; i++)
            same = strcmp(source->line[from + i], line[block + i]) == 0;
        if (!same)
            complain(chapter, at, "the block is not the file's part ", name);
        keep(chapter, &source->line[from], to - from);
        block_text(chapter, &source->line[from], to - from);
    }
    free_lines(source);
    return end;
}

/* ---- figures ---- */

/* The same words, and numbers that differ by some pixels at most. */
static bool same_picture(const char *want, const char *got)
{
    while (*want != '\0' && *got != '\0') {
        if (isdigit((unsigned char)*want) && isdigit((unsigned char)*got)) {
            char *want_end, *got_end;

            if (fabs(strtod(want, &want_end) - strtod(got, &got_end)) > PIXELS)
                return false;
            want = want_end;
            got = got_end;
        } else if (*want++ != *got++) {
            return false;
        }
    }
    return *want == *got;
}

static char *whole(const char *path)
{
    char *text = must(calloc(1 << 20, 1));
    FILE *const file = fopen(path, "r");

    if (file != NULL) {
        text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
        fclose(file);
    }
    return text;
}

static size_t check_figure(struct chapter *chapter, size_t at)
{
    char *const *const line = chapter->script->line;
    char command[PATH_MAX], link[256], kept[2 * PATH_MAX], made[2 * PATH_MAX], *want, *got;
    const char *const paren = at + 1 < chapter->script->count ? strstr(line[at + 1], "](") : NULL;
    struct lines *told;

    keep(chapter, &line[at], 1);
    if (sscanf(line[at], "<!-- figure %4000[^>]", command) != 1 || strlen(command) < 4 || paren == NULL
        || line[at + 1][0] != '!' || sscanf(paren, "](%200[^)])", link) != 1) {
        complain(chapter, at, "a figure comment has a command and stands above an image", "");
        return at + 1;
    }
    command[strlen(command) - 3] = '\0'; /* " --" */
    snprintf(kept, sizeof kept, "tutorial/%s", link);
    snprintf(made, sizeof made, "%s/%s", chapter->folder, strrchr(link, '/') != NULL ? strrchr(link, '/') + 1 : link);
    told = run(chapter->folder, command);
    want = whole(kept);
    got = whole(made);
    chapter->checked++;
    if (got[0] == '\0')
        complain(chapter, at, "the command writes no such file: ", command);
    else if (getenv("GCK_VERDICTS") == NULL && !same_picture(want, got)) {
        complain(chapter, at, "the picture is not what the command draws: ", kept);
        if (updating()) {
            FILE *const file = begin_anew(kept, true);

            fputs(got, file);
            end_anew(file, kept);
        }
    }
    free(want);
    free(got);
    free_lines(told);
    return at + 1;
}

/* ---- prose ---- */

/* A number with a point or an exponent at text; its length, or 0. */
static size_t number_length(const char *text)
{
    size_t digits = strspn(text, "0123456789"), length = digits;
    bool counts = false;

    if (digits == 0)
        return 0;
    if (text[length] == '.' && isdigit((unsigned char)text[length + 1])) {
        length += 1 + strspn(text + length + 1, "0123456789");
        counts = true;
    }
    if (text[length] == 'e' && (isdigit((unsigned char)text[length + 1]) || text[length + 1] == '-')) {
        const size_t exponent = strspn(text + length + 2, "0123456789");

        counts = counts || exponent > 0 || isdigit((unsigned char)text[length + 1]);
        length += 2 + exponent;
    }
    return counts ? length : 0;
}

static bool stands_in(const char *text, const char *number)
{
    const size_t length = strlen(number);

    for (const char *at = text; (at = strstr(at, number)) != NULL; at++)
        if ((at == text || !isdigit((unsigned char)at[-1])) && !isdigit((unsigned char)at[length]))
            return true;
    return false;
}

static void check_numbers(struct chapter *chapter, size_t at)
{
    const char *const line = chapter->script->line[at];

    for (const char *p = line; *p != '\0';) {
        const bool inside = p > line && (isalnum((unsigned char)p[-1]) || p[-1] == '.' || p[-1] == '_' || p[-1] == '/');
        const size_t length = inside ? 0 : number_length(p);
        char number[64];

        if (length == 0 || length >= sizeof number) {
            p += length + 1;
            continue;
        }
        memcpy(number, p, length);
        number[length] = '\0';
        if (!stands_in(chapter->blocks, number))
            complain(chapter, at, "no block of the chapter shows the number ", number);
        p += length;
    }
}

static void check_links(struct chapter *chapter, size_t at)
{
    for (const char *p = chapter->script->line[at]; (p = strstr(p, "](")) != NULL; p++) {
        char link[512], path[PATH_MAX];

        if (sscanf(p, "](%500[^)#])", link) != 1 || strncmp(link, "http", 4) == 0)
            continue;
        snprintf(path, sizeof path, "tutorial/%s", link);
        if (access(path, R_OK) != 0)
            complain(chapter, at, "a link leads nowhere: ", link);
    }
}

static void check_prose(struct chapter *chapter)
{
    bool block = false;

    for (size_t at = 0; at < chapter->script->count; at++) {
        const char *const line = chapter->script->line[at];

        if (is_fence(line))
            block = !block;
        else if (!block) {
            if (strncmp(line, "<!--", 4) != 0)
                check_numbers(chapter, at);
            check_links(chapter, at);
        }
    }
}

/* ---- a chapter ---- */

static void walk(struct chapter *chapter)
{
    char *const *const line = chapter->script->line;

    for (size_t at = 0; at < chapter->script->count;) {
        if (strncmp(line[at], "<!-- code ", 10) == 0) {
            at = check_code(chapter, at);
        } else if (strncmp(line[at], "<!-- figure ", 12) == 0) {
            at = check_figure(chapter, at);
        } else if (strncmp(line[at], "<!-- from elsewhere:", 20) == 0) {
            block_text(chapter, &line[at], 1);
            keep(chapter, &line[at++], 1);
        } else if (strcmp(line[at], "```console") == 0) {
            keep(chapter, &line[at], 1);
            at = play_block(chapter, at + 1);
        } else if (strcmp(line[at], "```c") == 0) {
            complain(chapter, at, "a block of c needs its comment: <!-- code FILE:NAME -->", "");
            keep(chapter, &line[at++], 1);
        } else {
            const size_t end = is_fence(line[at]) ? block_end(chapter, at + 1) : at;

            keep(chapter, &line[at], end - at); /* another block, as it is */
            at = end;
            if (at < chapter->script->count)
                keep(chapter, &line[at], 1);
            at++;
            continue;
        }
        if (at < chapter->script->count && is_fence(line[at])) /* the block's end */
            keep(chapter, &line[at++], 1);
    }
}

static void chapter_is_true(void **state)
{
    struct chapter chapter = { .path = *state, .folder = "" };
    FILE *const file = must(fopen(chapter.path, "r"));

    chapter.script = read_lines(file);
    fclose(file);
    make_folder(chapter.folder, sizeof chapter.folder, "chapter", chapter.path);
    link_tree(chapter.folder);
    chapter.blocks_file = must(open_memstream(&chapter.blocks, &chapter.blocks_size));
    chapter.update = begin_anew(chapter.path, updating());
    walk(&chapter);
    end_anew(chapter.update, chapter.path);
    fclose(chapter.blocks_file);
    check_prose(&chapter);
    free(chapter.blocks);
    free_lines(chapter.script);
    remove_folder(chapter.folder);
    if (chapter.wrong > 0 && !updating())
        fail_msg("%u things are not as %s says", chapter.wrong, chapter.path);
}

static int is_chapter(const struct dirent *entry)
{
    const char *const dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".md") == 0;
}

int main(void)
{
    static struct CMUnitTest test[MOST_CHAPTERS];
    static char name[MOST_CHAPTERS][PATH_MAX];
    struct dirent **entry = NULL;
    const int files = scandir("tutorial", &entry, is_chapter, alphasort);

    set_environment();
    if (files <= 0 || files > MOST_CHAPTERS) {
        fprintf(stderr, "tutorial has %d chapters\n", files);
        return 1;
    }
    for (int i = 0; i < files; i++) {
        snprintf(name[i], sizeof name[i], "tutorial/%s", entry[i]->d_name);
        test[i] = (struct CMUnitTest){ name[i], chapter_is_true, NULL, NULL, name[i] };
        free(entry[i]);
    }
    free(entry);
    return _cmocka_run_group_tests("tutorial", test, (size_t)files, NULL, NULL);
}
