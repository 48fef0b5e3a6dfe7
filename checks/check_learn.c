/* check_learn.c -- gradcheck learn: what a learner does, and what happens to a learner's mistakes. */
#include "learner.h"

static int begin(void **state)
{
    return learner_begin(state) == 0 && learner("\"$G\" learn init .") == 0 ? 0 : -1;
}

/* Each test begins with the files as they were delivered. */
static int fresh(void **state)
{
    (void)state;
    return learner("rm -rf .backup gradcheck-learn elsewhere .gradcheck-progress* *.c; \"$G\" learn init .");
}

#define SOLVE(name) "cp \"$ROOT/tutorial/exercises/" name "/solution.c\" " name ".c; "
#define RUN "\"$G\" learn run"

/* No line of the frame is wider than a terminal, and nothing in it steers one. */
static void assert_frame(void)
{
    size_t column = 0;

    for (const char *c = learner_text; *c != '\0'; c++) {
        column = *c == '\n' ? 0 : column + 1;
        if (column > 80 || (*c != '\n' && (*c < ' ' || *c > 126)))
            fail_msg("column %zu, letter %d in:\n%s", column, *c, learner_text);
    }
    assert_says(learner_text, "\n----------");
    assert_says(learner_text, "\n[");
}

/* ---- the way through ---- */

static void a_folder_without_exercises_gets_some(void **state)
{
    (void)state;
    assert_code("mkdir elsewhere && cd elsewhere && \"$G\" learn", 1);
    assert_says(learner_text, "There were no exercises in this folder. Now there are ");
    assert_says(learner_text, "From now on: cd gradcheck-learn && gradcheck learn");
    assert_says(learner_text, "not yet: GC106");
    assert_says(learner_text, "There is no terminal here to watch in, so this ran once.");
    assert_code("cd elsewhere && \"$G\" learn hint && test -f gradcheck-learn/README.md", 0);
    assert_says(learner_text, "Hint 1 of 4");
    assert_code("mkdir elsewhere/empty && cd elsewhere/empty && \"$G\" learn hint", 2);
    assert_says(learner_text, "there are no exercises in this folder: gradcheck learn begins some");
    assert_code("cd elsewhere/empty && \"$G\" learn list && ls -A", 0);
    assert_says(learner_text, "00a-downhill");
    assert_null(strstr(learner_text, ".gradcheck-progress"));
}

static void init_keeps_what_is_there(void **state)
{
    (void)state;
    assert_code("echo mine > 00a-downhill.c; rm 01a-*.c; \"$G\" learn init . && cat 00a-downhill.c", 0);
    assert_says(learner_text, "1 exercises written to .;");
    assert_says(learner_text, "\nmine\n");
    assert_code("\"$G\" learn init /dev/null", 2);
    assert_says(learner_text, "/dev/null is not a folder");
    assert_code("\"$G\" learn init /proc/there", 2);
    assert_says(learner_text, "the folder /proc/there cannot be made");
}

static void solving_one(void **state)
{
    (void)state;
    assert_code(RUN, 1);
    assert_frame();
    assert_says(learner_text, "exercise 0a\n");
    assert_says(learner_text, "GC106 the sign is flipped");
    assert_null(strstr(learner_text, "  try ")); /* that would be the answer */
    assert_null(strstr(learner_text, "the tool the formula"));
    assert_code("\"$G\" learn solution", 2);
    assert_says(learner_text, "is not solved yet");
    assert_code("\"$G\" learn solution --give-up", 0);
    assert_says(learner_text, "GCK_LAYER(downhill)");
    assert_code(SOLVE("00a-downhill") RUN, 0);
    assert_frame();
    assert_says(learner_text, "\nsolved\n[");
    assert_says(learner_text, "Nobody told the tool the formula"); /* why it knew */
    assert_code("\"$G\" learn solution && cat .gradcheck-progress", 0);
    assert_says(learner_text, "\ndone 00a-downhill\n");
    assert_code("\"$G\" learn next && \"$G\" learn list --pending", 0);
    assert_says(learner_text, "exercise 1a: ");
    assert_null(strstr(learner_text, "00a-downhill"));
    assert_says(learner_text, "> 1a");
    assert_code("\"$G\" learn prev && \"$G\" learn prev", 0);
    assert_says(learner_text, "This is the first exercise.");
}

static void hints_come_one_by_one(void **state)
{
    char wanted[32];

    (void)state;
    for (int rung = 1; rung <= 4; rung++) {
        assert_code("\"$G\" learn hint 6a", 0);
        snprintf(wanted, sizeof wanted, "Hint %d of 4", rung);
        assert_says(learner_text, wanted);
        snprintf(wanted, sizeof wanted, "Hint %d of 4", rung + 1);
        assert_null(strstr(learner_text, wanted));
    }
    assert_code("\"$G\" learn hint mean && cat .gradcheck-progress", 0);
    assert_says(learner_text, "hint 06a-mean 4\n");
}

static void exercises_have_several_names(void **state)
{
    (void)state;
    assert_code("for n in 5a 05a squared 05a-squared 05a-squared.c ./05a-squared.c; do "
                "\"$G\" learn goto $n || exit 1; grep -q 'current 05a-squared' .gradcheck-progress || exit 2; "
                "\"$G\" learn goto 0a; done", 0);
    assert_code("\"$G\" learn goto squered", 2);
    assert_says(learner_text, "there is no exercise 'squered'; did you mean squared?");
    assert_code("\"$G\" learn goto", 2);
    assert_code("\"$G\" learn gato 5a", 2);
    assert_says(learner_text, "learn has no 'gato'; did you mean goto?");
    assert_code("\"$G\" learn next 5a", 2);
    assert_code("\"$G\" learn read 16", 2);
    assert_code("\"$G\" learn read 15", 0);
}

static void reset_keeps_the_old_text(void **state)
{
    (void)state;
    assert_code(SOLVE("00a-downhill") RUN " >/dev/null; echo '/* one */' >> 00a-downhill.c; \"$G\" learn reset 0a", 0);
    assert_says(learner_text, "what you had is kept as .backup/00a-downhill.c.1");
    assert_code("cmp 00a-downhill.c \"$ROOT/tutorial/exercises/00a-downhill/exercise.c\" && "
                "tail -n 1 .backup/00a-downhill.c.1 && ! grep done .gradcheck-progress", 0);
    assert_says(learner_text, "/* one */");
    assert_code("echo two > 00a-downhill.c; rm 01a-who-wrote-one.c; \"$G\" learn reset --all && cat .backup/00a-downhill.c.2 && "
                "test -f 01a-who-wrote-one.c && ls .backup | wc -l", 0);
    assert_says(learner_text, "two\n2\n");
    assert_code("\"$G\" learn reset", 2);
    assert_code("\"$G\" learn reset 0a --all", 2);
}

/* ---- progress ---- */

static void damaged_progress_is_kept_aside(void **state)
{
    static const char *const damage[] = { "printf 'gradcheck-progress 2\\n'", "printf 'gradcheck-pro'", "printf ''",
                                          "head -c 3000 /dev/urandom",
                                          "printf 'gradcheck-progress 1\\ndone\\n'",
                                          "printf 'gradcheck-progress 1\\nhint 00a-downhill many\\n'" };
    char command[512];

    (void)state;
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        snprintf(command, sizeof command,
                 "%s > .gradcheck-progress; cp .gradcheck-progress was; \"$G\" learn list && "
                 "cmp was .gradcheck-progress.damaged.%zu && head -n 1 .gradcheck-progress", damage[i], i + 1);
        assert_code(command, 0);
        assert_says(learner_text, "the progress file was damaged: it is kept as .gradcheck-progress.damaged.");
        assert_says(learner_text, "solved\ngradcheck-progress 1\n");
    }
    assert_code("\"$G\" learn list", 0);
    assert_null(strstr(learner_text, "damaged"));
}

static void progress_of_other_versions_survives(void **state)
{
    (void)state;
    assert_code("printf 'gradcheck-progress 1\\r\\ncurrent 99z-later\\n\\ndone 99z-later\\nhint 99z-later 2\\n"
                "done 00a-downhill\\ndone 00a-downhill\\n' > .gradcheck-progress; "
                "\"$G\" learn goto 1a && cat .gradcheck-progress", 0);
    assert_says(learner_text, "done 99z-later\nhint 99z-later 2\n");
    assert_says(learner_text, "current 01a-who-wrote-one\ndone 00a-downhill\n");
}

static void an_unwritable_folder_is_said(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* nothing is unwritable for root */
    assert_code("chmod a-w .; \"$G\" learn next; code=$?; chmod u+w .; exit $code", 2);
    assert_says(learner_text, ".gradcheck-progress cannot be written");
}

/* ---- a learner's mistakes ---- */

static void what_does_not_compile_is_shown(void **state)
{
    (void)state;
    assert_code("sed -i 's/return GCK_OK;/return GCK_OK/' 00a-downhill.c; " RUN, 3);
    assert_frame();
    assert_says(learner_text, "00a-downhill.c:");
    assert_says(learner_text, "error: expected ';' before '}' token");
    assert_says(learner_text, "not yet: it could not be compiled and loaded");
    assert_code("head -c 5000 /dev/urandom > 00a-downhill.c; " RUN, 3);
    assert_frame();
    assert_code(": > 00a-downhill.c; " RUN, 3);
    assert_frame();
    assert_code("rm 00a-downhill.c; " RUN, 3);
    assert_frame();
    assert_says(learner_text, "brings it back");
}

/* A line at the beginning of Backward. */
#define INTO_BACKWARD(line) "sed -i '/gck_status backward/,/{/s/{/{ " line "/' 00a-downhill.c; "

static void a_crash_is_an_answer(void **state)
{
    (void)state;
    assert_code(INTO_BACKWARD("*(volatile int *)8 = 1;") RUN, 1);
    assert_frame();
    assert_says(learner_text, "GC212 the layer crashed");
    assert_code("\"$G\" learn reset 0a >/dev/null; sed -i 's/#include/#include <stdlib.h>\\n#include/' 00a-downhill.c; "
                INTO_BACKWARD("exit(0);") RUN, 1);
    assert_frame();
    assert_says(learner_text, "not yet: GC212");
}

static void an_endless_loop_is_an_answer(void **state)
{
    (void)state;
    assert_code(INTO_BACKWARD("for (volatile int i = 0; i < 1;) ;") RUN " --timeout 1", 1);
    assert_frame();
    assert_says(learner_text, "took longer than 1 s");
}

static void rubbish_on_stdout_stays_in_the_frame(void **state)
{
    (void)state;
    assert_code("sed -i 's/#include/#include <stdio.h>\\n#include/' 00a-downhill.c; "
                INTO_BACKWARD("printf(\"\\\\033[2J\\\\033[H\\\\x9b 2J \\\\a\\\\xff %0200d\\\\n\", 1);") RUN, 1);
    assert_frame();
    assert_says(learner_text, "00a-downhill.c wrote:");
    assert_says(learner_text, "not yet: GC106");
}

/* ---- no solution ---- */

/* These pass the exam, or have nothing that fails in it. */
static void emptying_a_layer_is_no_solution(void **state)
{
    (void)state;
    assert_code(SOLVE("00a-downhill") "sed -i 's|gck_dot(count, difference, difference) / (2 \\* num)|0 * num|; "
                "s|sign \\* loss_weight / num|0 * sign * loss_weight / num|' 00a-downhill.c; " RUN, 1);
    assert_frame();
    assert_says(learner_text, "not yet: ");
}

static void another_loss_is_no_solution(void **state)
{
    (void)state;
    assert_code(SOLVE("00a-downhill") "sed -i 's|/ (2 \\* num)|/ num|; s|sign \\* loss_weight|2 * sign * loss_weight|' 00a-downhill.c; "
                RUN, 1);
    assert_frame();
    assert_says(learner_text, "GC404 recorded values disagree");
    assert_says(learner_text, "loss[0] is ");
    assert_says(learner_text, "not yet: GC404");
}

static void another_layer_is_no_solution(void **state)
{
    (void)state;
    assert_code("cp \"$ROOT/layers/euclidean.c\" 00a-downhill.c; " RUN, 1);
    assert_frame();
    assert_says(learner_text, "This exercise is about the layer \"downhill\"; the file holds \"euclidean\".");
    assert_code("sed 's/euclidean/downhill/; s/\"euclidean\"/\"downhill\"/' \"$ROOT/layers/softmax_loss.c\" | "
                "sed 's/GCK_LAYER(softmax_loss)/GCK_LAYER(downhill)/; s/\"softmax_loss\"/\"downhill\"/' > 00a-downhill.c; " RUN, 1);
    assert_frame();
    assert_says(learner_text, "its blobs are no longer those of the exercise");
}

/* A bottom that is declared constant is not examined: the recorded diffs are. */
static void asking_for_less_is_no_solution(void **state)
{
    (void)state;
    assert_code("sed -i 's/.fill = GCK_GAUSSIAN }/.fill = GCK_GAUSSIAN, .constant = true }/' 07a-both-the-same.c; "
                "sed -i '0,/, .constant = true/s///' 07a-both-the-same.c; \"$G\" ./07a-both-the-same.c >/dev/null && echo green; "
                RUN " 7a", 1);
    assert_says(learner_text, "green\n");
    assert_says(learner_text, "GC404 recorded values disagree");
}

static void where_the_check_is_wrong_the_layer_stays(void **state)
{
    (void)state;
    assert_code(RUN " 5e", 1);
    assert_says(learner_text, "not yet: the check passes, and the layer is wrong");
    assert_code("sed -i 's/options: .*/options: --loss-weight 1,20/' 05e-weight-one.c; " RUN " 5e", 0);
    assert_says(learner_text, "solved: the check sees GC111");
    assert_code("sed -i 's/options: .*/options: --report json/' 05e-weight-one.c; " RUN " 5e", 3);
    assert_says(learner_text, "--report has no place here");
    assert_code("sed -i 's/options: .*/options: --num none/' 05e-weight-one.c; " RUN " 5e", 3);
    assert_frame();
    assert_says(learner_text, "not yet: the check could not begin");
    assert_code("sed -i 's/options: .*/options: --loss-weight 1,20/; s/10;/11;/' 05e-weight-one.c; " RUN " 5e", 3);
    assert_says(learner_text, "In this exercise the layer stays as it is");
}

/* ---- looks ---- */

static void colours_are_for_terminals(void **state)
{
    (void)state;
    assert_code(RUN " --color always", 1);
    assert_says(learner_text, "\033[1;31m");
    assert_code("NO_COLOR=1 " RUN " --color auto", 1);
    assert_frame();
    assert_code("LC_ALL=C.UTF-8 " RUN, 1);
    assert_frame();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, fresh)
    const struct CMUnitTest tests[] = {
        TEST(a_folder_without_exercises_gets_some),
        TEST(init_keeps_what_is_there),
        TEST(solving_one),
        TEST(hints_come_one_by_one),
        TEST(exercises_have_several_names),
        TEST(reset_keeps_the_old_text),
        TEST(damaged_progress_is_kept_aside),
        TEST(progress_of_other_versions_survives),
        TEST(an_unwritable_folder_is_said),
        TEST(what_does_not_compile_is_shown),
        TEST(a_crash_is_an_answer),
        TEST(an_endless_loop_is_an_answer),
        TEST(rubbish_on_stdout_stays_in_the_frame),
        TEST(emptying_a_layer_is_no_solution),
        TEST(another_loss_is_no_solution),
        TEST(another_layer_is_no_solution),
        TEST(asking_for_less_is_no_solution),
        TEST(where_the_check_is_wrong_the_layer_stays),
        TEST(colours_are_for_terminals),
    };

    return cmocka_run_group_tests(tests, begin, learner_end);
}
