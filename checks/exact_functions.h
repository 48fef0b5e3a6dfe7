/* exact_functions.h -- what checks/exact_functions.cc offers to C. */
#ifndef GCK_EXACT_FUNCTIONS_H
#define GCK_EXACT_FUNCTIONS_H

enum { DIRECTIONS = 3 };

struct exact_function {
    const char *name; /* NULL ends the list */
    void (*call)(const double *x, const double *y, double *result); /* 1 + DIRECTIONS numbers each */
};

#ifdef __cplusplus
extern "C"
#else
extern
#endif
const struct exact_function exact_functions[]
#ifndef __cplusplus
    __attribute__((weak)) /* NULL where there is no C++ compiler */
#endif
    ;

#endif
