/* check_progress.c -- long runs of the tool: the line on the terminal, interrupts, and time that runs out. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LATE = 120 }; /* seconds that nothing takes which works, however busy the machine */

static char tool[4096], slow[4096], folder[256] = "/tmp/check_progress-XXXXXX";

static char *in_folder(const char *name)
{
    static char path[4][512];
    static unsigned turn;
    char *const next = path[turn++ % 4];

    snprintf(next, sizeof path[0], "%s/%s", folder, name);
    return next;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static char *contents(const char *path)
{
    static char text[1 << 16];
    FILE *const file = fopen(path, "r");
    size_t size = 0;

    if (file != NULL) {
        size = fread(text, 1, sizeof text - 1, file);
        fclose(file);
    }
    text[size] = '\0';
    return text;
}

static void be_tool(char *const *argv, const char *to, const char *errors)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    setenv("TERM", "xterm", 1);
    unsetenv("CI");
    if (freopen(to, "w", stdout) == NULL || (errors != NULL && freopen(errors, "w", stderr) == NULL))
        _exit(98);
    execv(tool, argv);
    _exit(99);
}

/* ---- on a terminal ---- */

static char seen[1 << 16]; /* what the terminal got */

/* Runs the tool with stderr on a terminal of so many columns and stdout in a file. Returns its exit code. */
static int on_terminal(unsigned short columns, char *const *argv)
{
    struct winsize window = { .ws_row = 24, .ws_col = columns };
    size_t size = 0;
    int terminal, status;
    const pid_t child = forkpty(&terminal, NULL, NULL, &window);

    assert_true(child >= 0);
    if (child == 0)
        be_tool(argv, in_folder("out"), NULL);
    for (;;) {
        const ssize_t count = read(terminal, seen + size, sizeof seen - 1 - size);

        if (count <= 0)
            break;
        size += (size_t)count;
    }
    seen[size] = '\0';
    close(terminal);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char *const ask_slow[] = { tool, slow, (char[]){ "--dtype" }, (char[]){ "double" }, NULL };

static void a_long_run_shows_how_far_it_is_and_leaves_nothing(void **state)
{
    char all[1 << 16], last[256] = "";
    size_t longest = 0;

    (void)state;
    assert_int_equal(on_terminal(100, ask_slow), 0);
    assert_says(seen, "slow (double)  gradient: ");
    assert_says(seen, " %");
    assert_says(seen, " left");
    assert_says(seen, "[#");
    assert_null(strchr(seen, '\n'));
    assert_null(strchr(seen, '\033'));
    memcpy(all, seen, sizeof all);
    for (char *line = strtok(all, "\r"); line != NULL; line = strtok(NULL, "\r")) {
        longest = strlen(line) > longest ? strlen(line) : longest;
        snprintf(last, sizeof last, "%s", line);
    }
    assert_true(longest > 40 && longest < 100);
    assert_int_equal(strspn(last, " "), strlen(last)); /* blanked */
    assert_int_equal(seen[strlen(seen) - 1], '\r');
    assert_says(contents(in_folder("out")), "PASS slow");
    assert_null(strstr(contents(in_folder("out")), "left"));
}

static void a_narrow_terminal_gets_a_short_line(void **state)
{
    (void)state;
    assert_int_equal(on_terminal(30, ask_slow), 0);
    assert_says(seen, " left");
    for (char *line = strtok(seen, "\r"); line != NULL; line = strtok(NULL, "\r"))
        assert_true(strlen(line) < 30);
}

static void nothing_is_shown_where_nobody_wants_it(void **state)
{
    char *const quiet[] = { tool, slow, (char[]){ "--dtype" }, (char[]){ "double" }, (char[]){ "-q" }, NULL };
    char *const quick[] = { tool, (char[]){ "euclidean" }, NULL };
    double begin, took;
    int tries = 0;

    (void)state;
    assert_int_equal(on_terminal(80, quiet), 0);
    assert_string_equal(seen, "");
    do { /* nobody waits for what is there within a second */
        begin = now();
        assert_int_equal(on_terminal(80, quick), 0);
        took = now() - begin;
    } while (took > 0.9 && ++tries < 20);
    assert_string_equal(seen, "");
}

/* ---- interrupts ---- */

/* A word for the environment of a run and its children that no other run has. */
static char *mark_of(const char *name)
{
    static char mark[64];

    snprintf(mark, sizeof mark, "GRADCHECK_TEST_MARK=%s-%ld", name, (long)getpid());
    return mark;
}

/* Processes, other than this one, that have this word in their environment. */
static int count_marked(const char *mark)
{
    DIR *const proc = opendir("/proc");
    struct dirent *entry;
    int count = 0;

    assert_non_null(proc);
    while ((entry = readdir(proc)) != NULL) {
        static char words[1 << 16];
        char path[300];
        FILE *file;
        size_t size;

        snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
        if (atoi(entry->d_name) == 0 || atoi(entry->d_name) == getpid() || (file = fopen(path, "r")) == NULL)
            continue;
        size = fread(words, 1, sizeof words, file);
        fclose(file);
        count += memmem(words, size, mark, strlen(mark)) != NULL;
    }
    closedir(proc);
    return count;
}

static unsigned files_in_folder(void)
{
    DIR *const list = opendir(folder);
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(list);
    while ((entry = readdir(list)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(list);
    return count;
}

/* Starts a run that would take minutes, with a mark in its environment, and waits until there are so many workers and
 * children of workers. Then the signal; returns how the tool ended. */
static int interrupted(int number, char *const *argv, char *mark, int workers)
{
    const double begin = now();
    pid_t child;
    int status, count;

    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        putenv(mark);
        be_tool(argv, in_folder("out"), in_folder("err"));
    }
    while ((count = count_marked(mark)) < 1 + workers && now() < begin + LATE)
        usleep(10000);
    assert_int_equal(count, 1 + workers);
    usleep(100000);
    assert_int_equal(kill(child, number), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void assert_gone(const char *mark)
{
    const double begin = now();

    while (count_marked(mark) > 0 && now() < begin + LATE)
        usleep(10000);
    assert_int_equal(count_marked(mark), 0);
}

static void an_interrupt_leaves_no_process_and_the_old_report(void **state)
{
    static const int numbers[] = { SIGINT, SIGTERM };
    static char report[300];
    char *const argv[] = { tool, slow, (char[]){ "--num=12" }, (char[]){ "--dim=C=300" }, (char[]){ "--jobs=2" }, (char[]){ "--report" }, report, NULL };
    char *const path = report + strlen("json:");
    FILE *file;

    (void)state;
    snprintf(report, sizeof report, "json:%s", in_folder("report.json"));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int status;

        file = fopen(path, "w");
        assert_non_null(file);
        fputs("the old one\n", file);
        fclose(file);
        remove(in_folder("out"));
        remove(in_folder("err"));
        status = interrupted(numbers[i], argv, mark_of("interrupt"), 4);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), numbers[i]);
        assert_gone(mark_of("interrupt"));
        assert_string_equal(contents(path), "the old one\n");
        assert_int_equal(files_in_folder(), 3);
        assert_string_equal(contents(in_folder("out")), "");
        remove(path);
        status = interrupted(numbers[i], argv, mark_of("again"), 4);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(files_in_folder(), 2);
    }
}

static void no_worker_outlives_a_tool_that_is_killed(void **state)
{
    char *const argv[] = { tool, slow, (char[]){ "--num=12" }, (char[]){ "--dim=C=300" }, (char[]){ "--jobs=2" }, NULL };
    const int status = interrupted(SIGKILL, argv, mark_of("kill"), 4);

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_gone(mark_of("kill"));
}

/* ---- time that runs out ---- */

/* The whole gradient would take minutes; what comes before it takes seconds, more on a busy machine. */
static void what_was_checked_in_time_is_told(void **state)
{
    static char report[300], timeout[32];
    char *const argv[] = { tool, slow, (char[]){ "--dtype=double" }, (char[]){ "--num=12" }, (char[]){ "--dim=C=300" },
                           timeout, (char[]){ "--report" }, report, NULL };
    const char *told = "";
    char words[64];
    int status;
    pid_t child;

    (void)state;
    snprintf(report, sizeof report, "json:%s", in_folder("report.json"));
    for (int seconds = 5; strstr(told, "during \\\"gradient: ") == NULL && seconds < LATE; seconds *= 2) {
        snprintf(timeout, sizeof timeout, "--timeout=%d", seconds);
        snprintf(words, sizeof words, "took longer than %d s during \\\"gradient: ", seconds);
        fflush(NULL);
        child = fork();
        if (child == 0)
            be_tool(argv, in_folder("out"), in_folder("err"));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 3);
        told = contents(in_folder("report.json"));
    }
    assert_says(told, words);
    assert_says(told, " of its 21600 elements; contract, loss weight and 1/num were checked\"");
    assert_says(told, "\"clause\": \"backward sets, does not add\",\n     \"verdict\": \"ok\"");
    assert_says(told, "\"code\": \"GC212\"");
    assert_says(contents(in_folder("out")), "all else      ok   contract, loss weight, 1/num");
    remove(in_folder("report.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_run_shows_how_far_it_is_and_leaves_nothing),
        cmocka_unit_test(a_narrow_terminal_gets_a_short_line),
        cmocka_unit_test(nothing_is_shown_where_nobody_wants_it),
        cmocka_unit_test(an_interrupt_leaves_no_process_and_the_old_report),
        cmocka_unit_test(no_worker_outlives_a_tool_that_is_killed),
        cmocka_unit_test(what_was_checked_in_time_is_told),
    };
    const char *const given = getenv("GRADCHECK"), *const build = getenv("GCK_BUILD");
    int failed;

    snprintf(slow, sizeof slow, "%s/plugins/slow.so", build != NULL ? build : "build");
    if (realpath(given != NULL ? given : "build/gradcheck", tool) == NULL || !check_folder(folder, sizeof folder))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove(in_folder("out"));
    remove(in_folder("err"));
    remove(in_folder("report.json"));
    rmdir(folder);
    return failed;
}
