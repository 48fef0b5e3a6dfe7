/* process.h -- whole processes of the tool: the CPU time and the time on the wall. */
#ifndef GCK_BENCH_PROCESS_H
#define GCK_BENCH_PROCESS_H

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct spent {
    double cpu, wall; /* seconds, of the quickest of the runs */
    bool ran;         /* and every run ended well */
};

static inline double wall_seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static inline double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + 1e-6 * (double)time->tv_usec;
}

/* Words of `arguments` are parted by single spaces. What the tool says goes nowhere. */
static inline bool run_once(const char *tool, const char *arguments, struct spent *spent)
{
    const double start = wall_seconds();
    char words[512], *argv[32], *rest = NULL;
    unsigned count = 0;
    struct rusage usage;
    int state;
    pid_t child;

    snprintf(words, sizeof words, "%s", arguments);
    argv[count++] = (char *)(size_t)tool;
    for (char *word = strtok_r(words, " ", &rest); word != NULL && count < 31; word = strtok_r(NULL, " ", &rest))
        argv[count++] = word;
    argv[count] = NULL;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR);

        for (int fd = 0; fd < 3 && nowhere >= 0; fd++)
            dup2(nowhere, fd);
        execv(tool, argv);
        _exit(127);
    }
    if (child < 0 || wait4(child, &state, 0, &usage) != child)
        return false;
    spent->wall = fmin(spent->wall, wall_seconds() - start);
    spent->cpu = fmin(spent->cpu, seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime));
    return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

/* Both in turn (second: NULL for none), so that whatever else the machine does hits both. */
static inline void run_in_turn(const char *tool, unsigned rounds, const char *first, struct spent *one,
                               const char *second, struct spent *other)
{
    *one = (struct spent){ .cpu = (double)INFINITY, .wall = (double)INFINITY, .ran = true };
    if (other != NULL)
        *other = *one;
    for (unsigned round = 0; round < rounds; round++) {
        one->ran = run_once(tool, first, one) && one->ran;
        if (other != NULL)
            other->ran = run_once(tool, second, other) && other->ran;
    }
}

#endif
