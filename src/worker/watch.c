/* watch.c -- the signals that would end the parent, held back while it has children. */
#include "worker/watch.h"

#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const struct {
    int number;
    const char *name;
} deadly[] = {
    { SIGINT, "SIGINT" },
    { SIGTERM, "SIGTERM" },
    { SIGHUP, "SIGHUP" },
    { SIGQUIT, "SIGQUIT" },
};

void gck_watch_begin(struct gck_watch *watch)
{
    sigemptyset(&watch->held);
    pthread_sigmask(SIG_SETMASK, NULL, &watch->before);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        struct sigaction action;

        if (sigaction(deadly[i].number, NULL, &action) == 0 && action.sa_handler != SIG_IGN
            && sigismember(&watch->before, deadly[i].number) == 0)
            sigaddset(&watch->held, deadly[i].number);
    }
    pthread_sigmask(SIG_BLOCK, &watch->held, NULL);
    watch->fd = signalfd(-1, &watch->held, SFD_CLOEXEC | SFD_NONBLOCK);
}

const char *gck_watch_pending(const struct gck_watch *watch)
{
    sigset_t pending;

    sigemptyset(&pending);
    sigpending(&pending);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
        if (sigismember(&watch->held, deadly[i].number) == 1
            && sigismember(&pending, deadly[i].number) == 1)
            return deadly[i].name;
    return NULL;
}

void gck_watch_end(struct gck_watch *watch)
{
    if (watch->fd >= 0)
        close(watch->fd);
    pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
}
