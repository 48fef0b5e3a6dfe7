/* signals.c -- signals: by what name people know them, and as a program finds them. */
#include "core/signals.h"

#include <dlfcn.h>
#include <signal.h>
#include <string.h>

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

void gck_signals_default(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
