/* signals.c -- signals: by what name people know them, and how a forked child begins without its host's. */
#include "core/signals.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct {
    int number;
    const char *name, *words;
} known[] = {
    { SIGSEGV, "SIGSEGV", "segmentation fault" },
    { SIGABRT, "SIGABRT", "aborted" },
    { SIGFPE, "SIGFPE", "arithmetic exception" },
    { SIGBUS, "SIGBUS", "bus error" },
    { SIGILL, "SIGILL", "illegal instruction" },
    { SIGTRAP, "SIGTRAP", "trap" },
    { SIGSYS, "SIGSYS", "forbidden system call" },
    { SIGPIPE, "SIGPIPE", "broken pipe" },
    { SIGKILL, "SIGKILL", "killed from outside, perhaps since the machine ran out of memory" },
    { SIGTERM, "SIGTERM", "terminated from outside" },
    { SIGXCPU, "SIGXCPU", "too much processor time" },
};

void gck_signal_append(char *text, size_t size, int number)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].number == number) {
            gck_append(text, size, "%s, %s", known[i].name, known[i].words);
            return;
        }
    gck_append(text, size, "signal %d", number);
}

bool gck_sanitizer_runs(void)
{
    return dlsym(RTLD_DEFAULT, "__asan_init") != NULL || dlsym(RTLD_DEFAULT, "__tsan_init") != NULL
           || dlsym(RTLD_DEFAULT, "__msan_init") != NULL;
}

#ifdef __GLIBC__
/* The first to be called at exit(), and the last. */
static void leave(int status, void *unused)
{
    (void)unused;
    fflush(NULL);
    _exit(status);
}
#endif

void gck_forked(pid_t parent)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
#ifdef __GLIBC__
    on_exit(leave, NULL);
#endif
}
