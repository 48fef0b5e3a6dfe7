/* threads.c -- a loop over many numbers, shared out among threads of this process. */
#include "core/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

enum { MOST = 8,
       STACK = 1 << 18 }; /* STACK: address space may be limited */

struct part {
    void (*work)(void *context, size_t first, size_t end);
    void *context;
    size_t first, end;
    pthread_t thread;
    bool apart;
};

static void *work_on(void *context)
{
    const struct part *const part = context;

    part->work(part->context, part->first, part->end);
    return NULL;
}

/* The first part is this thread's own. */
static void begin(struct part *part, unsigned parts)
{
    pthread_attr_t attributes;
    sigset_t all, before;

    if (parts < 2 || pthread_attr_init(&attributes) != 0)
        return;
    pthread_attr_setstacksize(&attributes, STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned p = 1; p < parts; p++)
        part[p].apart = pthread_create(&part[p].thread, &attributes, work_on, &part[p]) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

void gck_threads_run(void (*work)(void *context, size_t first, size_t end), void *context, size_t n, size_t unit,
                     unsigned threads)
{
    struct part part[MOST];
    const unsigned wanted = threads < 1 ? 1 : threads < MOST ? threads
                                                             : MOST;
    const size_t units = n / unit;
    unsigned parts = 0;

    for (unsigned p = 0; p < wanted; p++) {
        const size_t first = units * p / wanted * unit, end = p + 1 == wanted ? n : units * (p + 1) / wanted * unit;

        if (first < end)
            part[parts++] = (struct part){ .work = work, .context = context, .first = first, .end = end };
    }
    begin(part, parts);
    for (unsigned p = 0; p < parts; p++)
        if (!part[p].apart)
            work_on(&part[p]);
    for (unsigned p = 0; p < parts; p++)
        if (part[p].apart)
            pthread_join(part[p].thread, NULL);
}
