/* check.h -- what every check program includes: cmocka, and comparisons that it lacks for doubles. */
#ifndef GCK_CHECK_H
#define GCK_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* |a - b| <= tolerance, printing all 17 digits where it isn't (cmocka 1.1.5 compares floats only). */
#define assert_near(a, b, tolerance) check_near(a, b, tolerance, #a, __FILE__, __LINE__)

static inline void check_near(double a, double b, double tolerance, const char *what,
                              const char *file, int line)
{
    if (fabs(a - b) <= tolerance || a == b)
        return;
    print_error("%s is %.17g, wanted %.17g within %g\n", what, a, b, tolerance);
    _fail(file, line);
}

/* The text holds the words; prints both where it doesn't. */
#define assert_says(text, words) check_says(text, words, __FILE__, __LINE__)

static inline void check_says(const char *text, const char *words, const char *file, int line)
{
    if (strstr(text, words) != NULL)
        return;
    print_error("wanted \"%s\" in:\n%s\n", words, text);
    _fail(file, line);
}

#endif
