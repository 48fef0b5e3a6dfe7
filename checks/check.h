/* check.h -- what every check program includes: cmocka, and comparisons that it lacks for doubles. */
#ifndef GCK_CHECK_H
#define GCK_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Trials, seeds: divided by this under sanitizers. The rare value is looked for without them; what one trial does to memory, so does the
 * next. */
#if defined(__SANITIZE_ADDRESS__)
enum { CHECK_LESS = 4 };
#else
enum { CHECK_LESS = 1 };
#endif

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

/* A new folder for a program's files: folder is "/tmp/name-XXXXXX", and where a whole run has a folder of its own, GCK_SCRATCH, it
 * becomes that one's "name": what a compiler makes of a file depends on the folder, and so the next build's run of the same
 * program need not compile it again. What is compiled is kept in GCK_SCRATCH, too, or else in the folder. False: there is none. */
static inline bool check_folder(char *folder, size_t size)
{
    const char *const scratch = getenv("GCK_SCRATCH"), *const name = strrchr(folder, '/') + 1;
    char own[512], command[600];

    if (scratch == NULL)
        return mkdtemp(folder) != NULL && setenv("XDG_CACHE_HOME", folder, 1) == 0;
    snprintf(own, sizeof own, "%s/%.*s", scratch, (int)(strlen(name) - strlen("-XXXXXX")), name);
    snprintf(command, sizeof command, "rm -rf '%s'", own);
    if (strlen(own) >= size || system(command) != 0 || mkdir(own, 0700) != 0)
        return false;
    strcpy(folder, own);
    snprintf(own, sizeof own, "%s/cache", scratch);
    return setenv("XDG_CACHE_HOME", own, 1) == 0;
}

#endif
