/* clock.h -- the time that passes. */
#ifndef GCK_CORE_CLOCK_H
#define GCK_CORE_CLOCK_H

#include <time.h>

/* Seconds since some moment, on the wall; no clock that is set changes them. */
static inline double gck_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
