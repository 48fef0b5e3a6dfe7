/* undefined.c -- Forward overflows an int: a sanitizer alone can see it. */
#define NAME "undefined"
#define IN_FORWARD(io) (void)(io), overflow()

static int overflow(void);

#include "base.h"

static int overflow(void)
{
    volatile int largest = 0x7fffffff;

    return largest + 1;
}
