/* learner.h -- what the checks of `gradcheck learn` share: a folder of exercises, and commands run in it. */
#ifndef GCK_LEARNER_H
#define GCK_LEARNER_H

#include "check.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEARNER_TEXT = 1 << 17 };

static char learner_folder[256], learner_text[LEARNER_TEXT];

/* $G is the tool, $ROOT the source tree, $D a new folder that goes away at the end. */
static inline int learner_begin(void **state)
{
    const char *const tool = getenv("GRADCHECK");
    char path[PATH_MAX];

    (void)state;
    if (realpath(tool != NULL ? tool : "build/gradcheck", path) == NULL)
        return -1;
    setenv("G", path, 1);
    if (realpath(".", path) == NULL)
        return -1;
    setenv("ROOT", path, 1);
    setenv("TERM", "dumb", 1);
    unsetenv("GRADCHECK_INCLUDE");
    unsetenv("CLICOLOR_FORCE");
    snprintf(learner_folder, sizeof learner_folder, "/tmp/%s-XXXXXX", program_invocation_short_name);
    if (!check_folder(learner_folder, sizeof learner_folder))
        return -1;
    setenv("D", learner_folder, 1);
    return 0;
}

static inline int learner_end(void **state)
{
    char command[300];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", learner_folder);
    return system(command) == 0 ? 0 : -1;
}

/* Runs a shell's command in $D and returns its exit code; what it wrote, stderr included, is in learner_text. */
static inline int learner(const char *command)
{
    char whole[4096];
    size_t size;
    FILE *pipe;
    int status;

    snprintf(whole, sizeof whole, "cd \"$D\" || exit 99; exec 2>&1 </dev/null; %s", command);
    fflush(NULL);
    pipe = popen(whole, "r");
    assert_non_null(pipe);
    size = fread(learner_text, 1, sizeof learner_text - 1, pipe);
    learner_text[size] = '\0';
    status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The same, and the exit code has to be this one. */
#define assert_code(command, code)                                                                 \
    do {                                                                                           \
        const int came = learner(command);                                                         \
        if (came != (code))                                                                        \
            print_error("%s\nwrote:\n%s\n", command, learner_text);                                \
        assert_int_equal(came, code);                                                              \
    } while (0)

#endif
