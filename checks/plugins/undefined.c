/* undefined.c -- Forward overflows an int: a sanitizer alone can see it. */
#define NAME "undefined"
#define IN_FORWARD(io) (void)(io), overflow()

static void overflow(void);

#include "base.h"

static void overflow(void)
{
    volatile int largest = 0x7fffffff;

    largest = largest + 1;
}
