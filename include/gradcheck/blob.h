/* blob.h -- an array of numbers with its shape, and beside it the array of their derivatives.
 *
 * Every input, output, learnable weight and scratch buffer of a layer is a blob: `data` holds the
 * values x, `diff` holds dE/dx. Both have `count` elements of `real_size` bytes, row-major, the last
 * axis fastest, and are 64-byte aligned. The host allocates and frees them; a layer never does. */
#ifndef GRADCHECK_BLOB_H
#define GRADCHECK_BLOB_H

#include <stddef.h>

enum { GCK_MAX_AXES = 8 };

struct gck_shape {
    unsigned axes;            /* 0: a scalar, count 1 */
    size_t dim[GCK_MAX_AXES]; /* dim[0] is num, where there is a batch */
};

struct gck_blob {
    struct gck_shape shape;
    size_t count;     /* the product of the dims; 1 for a scalar */
    size_t real_size; /* bytes of one element: sizeof(float), sizeof(double), or that of a number
                         with a place on the tape (gradcheck/tape.h) */
    void *data;       /* count elements */
    void *diff;       /* count elements */
    size_t capacity;  /* elements that fit without a new allocation; the host's own */
};

#endif
