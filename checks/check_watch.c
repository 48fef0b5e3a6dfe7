/* check_watch.c -- gradcheck learn in a real terminal, that of tmux: start, edit, save, see, hint, next, quit;
 * and however it ends, the terminal is as it was. */
#include "learner.h"

#include <time.h>

enum { PATIENCE = 60 }; /* seconds until something that should come is missed */

#define TMUX "tmux -L \"gck-$$PPID\" -f /dev/null "

static bool there_is_tmux(void)
{
    return system("command -v tmux >/dev/null") == 0;
}

static void sleep_ms(long ms)
{
    const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

    nanosleep(&time, NULL);
}

/* Runs a tmux command at this program's own server. */
static int tmux(const char *command)
{
    char whole[2048];

    snprintf(whole, sizeof whole, "tmux -L gck-watch-%ld -f /dev/null %s", (long)getpid(), command);
    return learner(whole);
}

static const char *screen(void)
{
    if (tmux("capture-pane -p") != 0)
        return "";
    return learner_text;
}

/* Waits until the screen holds the words; then nothing on it is wider than it is, by what tmux shows. */
static void see(const char *words)
{
    for (int i = 0; i < 10 * PATIENCE; i++) {
        if (strstr(screen(), words) != NULL)
            return;
        sleep_ms(100);
    }
    print_error("waited for \"%s\", on the screen was:\n%s\n", words, screen());
    fail();
}

static void type(const char *keys)
{
    char command[256];

    snprintf(command, sizeof command, "send-keys %s", keys);
    assert_int_equal(tmux(command), 0);
}

/* A shell in a window of 80 columns; its prompt says the last exit code. */
static void open_terminal(int rows)
{
    char command[1024];

    snprintf(command, sizeof command,
             "new-session -d -x 80 -y %d \"env TERM=screen LC_ALL=C PS1='ready ' sh\"", rows);
    assert_int_equal(tmux(command), 0);
    see("ready");
    type("'$G learn; echo code $?' Enter");
}

/* After the end: the shell's own screen, echo and lines as before. */
static void see_shell(const char *code)
{
    see(code);
    type("'stty -a | grep -c -w -e -icanon -e -echo' Enter");
    see("\n0\n");
    assert_null(strstr(screen(), "exercise 0a"));
}

static int open_up(void **state)
{
    (void)state;
    return learner("rm -rf .backup .gradcheck-progress* *.c; \"$G\" learn init .");
}

static int close_down(void **state)
{
    (void)state;
    tmux("kill-server");
    return 0;
}

#define NEEDS_TMUX                                                                                 \
    do {                                                                                           \
        (void)state;                                                                               \
        if (!there_is_tmux())                                                                      \
            skip();                                                                                \
    } while (0)

static void start_edit_see_hint_next_quit(void **state)
{
    NEEDS_TMUX;
    open_terminal(24);
    see("not yet: GC106");
    assert_says(screen(), "Chapter 0: ");
    assert_says(screen(), "/");
    type("h");
    see("Hint 1 of 4");
    type("h");
    see("Hint 2 of 4");
    type("e");
    see("order of the subtraction");
    type("l");
    see("> 0a");
    type("s");
    see("the solution is shown once it is solved");
    assert_int_equal(learner("cp \"$ROOT/tutorial/exercises/00a-downhill/solution.c\" new && mv new 00a-downhill.c"), 0);
    see("\nsolved\n");
    assert_says(screen(), "Nobody told the tool");
    type("s");
    see("+         const real sign = i == 0 ? 1 : -1;");
    type("n");
    see("not yet: GC101");
    type("p");
    see("\nsolved\n");
    type("x");
    see("x once more brings 00a-downhill.c back");
    type("x");
    see("what you had is kept as .backup/00a-downhill.c.1");
    type("n");
    see("exercise 1a");
    type("q");
    see_shell("code 0");
    assert_says(screen(), "0 of ");
    assert_int_equal(learner("grep -c 'current 01a-who-wrote-one' .gradcheck-progress"), 0);
}

/* Whatever the learner saves, an answer comes, and the screen is whole. */
static void every_save_is_answered(void **state)
{
    static const struct { const char *edit, *answer; } saves[] = {
        { "echo 'int x = ;' >> 00a-downhill.c", "could not be compiled" },
        { "\"$G\" learn reset 0a; sed -i '/gck_status backward/,/{/s/{/{ __builtin_trap();/' 00a-downhill.c", "not yet: GC212" },
        { "rm 00a-downhill.c", "brings it back" },
        { "\"$G\" learn reset 0a", "not yet: GC106" },
        { "sed -i 's/#include/#include <stdio.h>\\n#include/; /gck_status backward/,/{/s/{/{ printf(\"\\\\033[2J\\\\n\");/' 00a-downhill.c",
          "00a-downhill.c wrote" },
    };

    NEEDS_TMUX;
    open_terminal(50);
    see("not yet: GC106");
    for (size_t i = 0; i < sizeof saves / sizeof saves[0]; i++) {
        assert_int_equal(learner(saves[i].edit), 0);
        see(saves[i].answer);
        assert_says(screen(), "Chapter 0: Two minutes");
        assert_says(screen(), "q quit");
    }
    type("q");
    see_shell("code 0");
}

static void a_small_window_is_enough(void **state)
{
    NEEDS_TMUX;
    open_terminal(14);
    see("a larger window shows the rest");
    assert_says(screen(), "Chapter 0: Two minutes");
    assert_says(screen(), "q quit");
    type("Up Down F1 Left"); /* keys that mean nothing */
    assert_int_equal(tmux("resize-window -x 80 -y 40"), 0);
    see("all else");
    type("C-c");
    see("ready\n");
    type("'echo end $?' Enter");
    see_shell("end 130");
}

static void signals_leave_the_terminal_as_it_was(void **state)
{
    static const struct { const char *name, *code; } signals[] = { { "TERM", "code 143" }, { "HUP", "code 129" },
                                                                   { "SEGV", "code 139" } };
    char command[128];

    NEEDS_TMUX;
    open_terminal(24);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        see("not yet: GC106");
        snprintf(command, sizeof command, "p=$(tmux -L gck-watch-%ld display -p '#{pane_pid}'); "
                 "kill -s %s $(cat /proc/$p/task/$p/children)",
                 (long)getpid(), signals[i].name);
        assert_int_equal(learner(command), 0);
        see_shell(signals[i].code);
        type("'clear; $G learn; echo code $?' Enter");
    }
    see("not yet: GC106");
    type("C-z");
    see("ready");
    type("'clear; fg' Enter");
    see("not yet: GC106");
    type("q");
    see("goes on with 00a-downhill.c\nready");
    type("'echo end $?' Enter");
    see_shell("end 0");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_up, close_down)
    const struct CMUnitTest tests[] = {
        TEST(start_edit_see_hint_next_quit),
        TEST(every_save_is_answered),
        TEST(a_small_window_is_enough),
        TEST(signals_leave_the_terminal_as_it_was),
    };

    return cmocka_run_group_tests(tests, learner_begin, learner_end);
}
