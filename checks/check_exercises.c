/* check_exercises.c -- every exercise: unsolved it is told its planned codes and no other, its solution
 * passes, and finding codes, chapters and exercises belong to each other, both ways.
 *
 * Files and solutions are examined by `gradcheck learn check-all`, the way learners' files are. At the end
 * a table of planned against reported codes is printed. */
#include "learner.h"

#include "diagnosis/codes.h"
#include "learn/course.h"

/* Codes that no exercise can have yet: nothing reports them. Each has to come off the list when it gets one. */
static const unsigned owed[] = { 0 }; /* codes without an exercise, ended by 0 */
enum { OWED = sizeof owed / sizeof owed[0] - 1, MOST_CHANGED = 14, LONGEST_LINE = 100 };

static struct gck_course course;

/* What was said of one exercise: of the file as delivered, and of its solution. */
struct said {
    bool solved;
    char codes[256]; /* " GC101 GC307 (double)" */
};
static struct said unsolved[GCK_MAX_EXERCISES], mended[GCK_MAX_EXERCISES];

/* ---- the runs ---- */

static void read_table(struct said *said)
{
    for (size_t i = 0; i < course.exercises; i++) {
        char name[GCK_NAME_SIZE + 2];
        const char *line, *words;

        snprintf(name, sizeof name, " %.63s ", course.exercise[i].name);
        line = strstr(learner_text, name);
        if (line == NULL)
            fail_msg("check-all said nothing of %s:\n%s", name, learner_text);
        words = line + strlen(name) + strspn(line + strlen(name), " ");
        said[i].solved = strncmp(words, "solved", 6) == 0;
        while (*words != '\n' && strncmp(words, " GC", 3) != 0)
            words++;
        snprintf(said[i].codes, sizeof said[i].codes, "%.*s", (int)strcspn(words, "\n"), words);
    }
}

static int run_all(void **state)
{
    char message[GCK_MESSAGE_SIZE];

    if (learner_begin(state) != 0 || !gck_course_open(&course, message))
        return -1;
    assert_code("\"$G\" learn init . && \"$G\" learn check-all", 1);
    read_table(unsolved);
    assert_code("for f in ??[a-z]-*.c; do cp \"$ROOT/tutorial/exercises/${f%.c}/solution.c\" \"$f\"; done; "
                "\"$G\" learn check-all; exit 0",
                0);
    read_table(mended);
    return 0;
}

static char *planned_text(const struct gck_exercise *e, char *text, size_t size)
{
    text[0] = '\0';
    for (unsigned k = 0; k < e->codes; k++)
        snprintf(text + strlen(text), size - strlen(text), " GC%u%s", e->code[k].code,
                 e->code[k].types == GCK_BOTH_TYPES           ? ""
                 : e->code[k].types == 1u << GCK_TYPE_FLOAT ? " (float)"
                                                              : " (double)");
    return text;
}

static void is_told_what_was_planned(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < course.exercises; i++) {
        char planned[256];

        planned_text(&course.exercise[i], planned, sizeof planned);
        if (!unsolved[i].solved && strcmp(planned, unsolved[i].codes) == 0)
            continue;
        print_error("%s: planned%s, %s%s\n", course.exercise[i].name, planned,
                    unsolved[i].solved ? "but solved already;" : "told", unsolved[i].codes);
        good = false;
    }
    assert_true(good);
}

static void solutions_solve(void **state)
{
    bool good = true;

    (void)state;
    for (size_t i = 0; i < course.exercises; i++) {
        const struct gck_exercise *const e = &course.exercise[i];
        char wanted[32] = "";

        if (e->goal == GCK_GOAL_SEE)
            snprintf(wanted, sizeof wanted, " GC%u", e->wanted);
        if (mended[i].solved && strcmp(mended[i].codes, wanted) == 0)
            continue;
        print_error("%s: its solution is %s%s\n", e->name, mended[i].solved ? "told" : "no solution:",
                    mended[i].codes);
        good = false;
    }
    assert_true(good);
}

/* The exam of a solution can fail: mistakes that are put into it are found. */
static void solutions_survive_prove(void **state)
{
    char command[4000] = "printf '%s\\n'";

    (void)state;
    for (size_t i = 0; i < course.exercises; i++)
        if (course.exercise[i].goal == GCK_GOAL_PASS)
            snprintf(command + strlen(command), sizeof command - strlen(command), " %.63s",
                     course.exercise[i].name);
    snprintf(command + strlen(command), sizeof command - strlen(command),
             " | CFLAGS='-O1 -g' xargs -P 2 -I NAME sh -c '\"$G\" prove NAME.c --asan >NAME.out 2>&1 || "
             "{ echo NAME; cat NAME.out; }'");
    assert_code(command, 0);
    if (learner_text[0] != '\0')
        fail_msg("these do not: %s", learner_text);
    assert_code("cat *.out | grep -c '^PASS.* of .* mistakes found'", 0);
}

static void print_matrix(void)
{
    printf("\nplanned against reported, files as delivered\n");
    for (size_t c = 0; gck_code_at(c) != NULL; c++)
        for (size_t i = 0; i < course.exercises; i++)
            for (unsigned k = 0; k < course.exercise[i].codes; k++)
                if (course.exercise[i].code[k].code == gck_code_at(c)->number)
                    printf("GC%u   %-28s%s\n", gck_code_at(c)->number, course.exercise[i].name,
                           unsolved[i].codes);
}

/* ---- codes, chapters and exercises ---- */

static bool is_owed(unsigned code)
{
    for (size_t i = 0; owed[i] != 0; i++)
        if (owed[i] == code)
            return true;
    return false;
}

static void every_code_has_an_exercise_in_its_chapter(void **state)
{
    const struct gck_code *code;

    (void)state;
    assert_true(OWED <= 10);
    for (size_t c = 0; (code = gck_code_at(c)) != NULL; c++) {
        bool found = false;

        assert_non_null(gck_chapter_title(code->chapter));
        for (size_t i = 0; i < course.exercises; i++)
            for (unsigned k = 0; k < course.exercise[i].codes; k++)
                found = found || (course.exercise[i].code[k].code == code->number
                                  && course.exercise[i].chapter == code->chapter);
        if (found && is_owed(code->number))
            fail_msg("GC%u has an exercise, and is said to be owed", code->number);
        if (!found && !is_owed(code->number))
            fail_msg("GC%u has no exercise in chapter %u", code->number, code->chapter);
    }
}

static void every_exercise_is_about_codes_that_exist(void **state)
{
    (void)state;
    for (size_t i = 0; i < course.exercises; i++)
        for (unsigned k = 0; k < course.exercise[i].codes; k++) {
            const struct gck_exercise *const e = &course.exercise[i];
            const struct gck_code *const code = gck_code_find(e->code[k].code);

            if (code == NULL || code->chapter != e->chapter)
                fail_msg("%s is in chapter %u, GC%u in %u", e->name, e->chapter, e->code[k].code,
                         code != NULL ? code->chapter : 0);
        }
}

/* ---- what is written in them ---- */

enum { MOST_LINES = 400 };

static size_t split(const char *text, const char *line[MOST_LINES])
{
    size_t lines = 0;

    while (*text != '\0') {
        assert_true(lines < MOST_LINES);
        line[lines++] = text;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return lines;
}

static bool holds_line(const char *const *line, size_t lines, const char *wanted)
{
    const size_t length = strcspn(wanted, "\n");

    for (size_t i = 0; i < lines; i++)
        if (strcspn(line[i], "\n") == length && memcmp(line[i], wanted, length) == 0)
            return true;
    return false;
}

/* Lines of the solution that the exercise does not have. A hint never holds one of them. */
static size_t count_changed(const struct gck_exercise *e, const char *hints)
{
    static const char *before[MOST_LINES], *after[MOST_LINES];
    const size_t befores = split(e->exercise, before), afters = split(e->solution, after);
    size_t changed = 0;

    for (size_t i = 0; i < afters; i++)
        if (!holds_line(before, befores, after[i])) {
            char text[256];
            const char *const word = after[i] + strspn(after[i], " ");

            snprintf(text, sizeof text, "%.*s", (int)strcspn(word, "\n"), word);
            changed++;
            if (strlen(text) > 12 && strstr(hints, text) != NULL)
                fail_msg("%s: a hint gives the line away: %s", e->name, text);
        }
    for (size_t i = 0; i < befores; i++)
        changed += !holds_line(after, afters, before[i]);
    return changed;
}

static void hints_lead_and_do_not_tell(void **state)
{
    (void)state;
    for (size_t i = 0; i < course.exercises; i++) {
        const struct gck_exercise *const e = &course.exercise[i];
        char hints[8192] = "", hint[2048], why[4096];
        size_t changed;

        for (unsigned rung = 1; rung <= GCK_HINTS; rung++) {
            if (strlen(gck_exercise_hint(e, rung, hint, sizeof hint)) < 8 || strstr(hints, hint) != NULL)
                fail_msg("%s: hint %u is missing or says nothing new", e->name, rung);
            strcat(hints, hint);
        }
        if (gck_exercise_hint(e, GCK_HINTS + 1, hint, sizeof hint)[0] != '\0')
            fail_msg("%s has too many hints", e->name);
        if (strlen(gck_exercise_why(e, why, sizeof why)) < 100)
            fail_msg("%s does not say why the tool knew", e->name);
        changed = count_changed(e, hints);
        if (changed == 0 || changed > MOST_CHANGED)
            fail_msg("%s: exercise and solution differ in %zu lines", e->name, changed);
    }
}

static void fits_the_page(const struct gck_exercise *e, const char *text)
{
    char name[2 * GCK_NAME_SIZE];

    snprintf(name, sizeof name, "/* %s -- ", e->file);
    if (strncmp(text, name, strlen(name)) != 0)
        fail_msg("%s should begin with %s", e->name, name);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        const size_t length = strcspn(line, "\n");

        if (length > LONGEST_LINE)
            fail_msg("%s: a line of %zu letters: %.60s...", e->name, length, line);
        for (size_t k = 0; k < length; k++)
            if ((unsigned char)line[k] < ' ' || (unsigned char)line[k] > 126)
                fail_msg("%s: a letter that is not ASCII in: %.60s", e->name, line);
    }
}

static void files_are_in_the_house_style(void **state)
{
    char text[4096];

    (void)state;
    for (size_t i = 0; i < course.exercises; i++) {
        const struct gck_exercise *const e = &course.exercise[i];

        fits_the_page(e, e->exercise);
        fits_the_page(e, e->solution);
        assert_true(strlen(e->title) <= 42);
        for (unsigned rung = 0; rung <= GCK_HINTS; rung++) {
            if (rung == 0)
                gck_exercise_why(e, text, sizeof text);
            else
                gck_exercise_hint(e, rung, text, sizeof text);
            for (const char *line = text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
                if (strcspn(line, "\n") > 80)
                    fail_msg("%s: a line of hint %u has more than 80 letters", e->name, rung);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_told_what_was_planned),
        cmocka_unit_test(solutions_solve),
        cmocka_unit_test(solutions_survive_prove),
        cmocka_unit_test(every_code_has_an_exercise_in_its_chapter),
        cmocka_unit_test(every_exercise_is_about_codes_that_exist),
        cmocka_unit_test(hints_lead_and_do_not_tell),
        cmocka_unit_test(files_are_in_the_house_style),
    };
    const int failed = cmocka_run_group_tests(tests, run_all, learner_end);

    print_matrix();
    return failed;
}
