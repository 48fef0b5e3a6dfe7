/* npy_header.h -- the header of a .npy file: a Python dictionary, read without Python. */
#ifndef GCK_CORE_NPY_HEADER_H
#define GCK_CORE_NPY_HEADER_H

#include "gradcheck/blob.h"
#include "gradcheck/status.h"

#include <stdbool.h>
#include <stdint.h>

enum gck_npy_kind { GCK_NPY_F4, GCK_NPY_F8, GCK_NPY_I4, GCK_NPY_I8, GCK_NPY_U1, GCK_NPY_BOOL };

struct gck_npy_header {
    enum gck_npy_kind kind;
    size_t size;  /* bytes of one element */
    bool swapped; /* its bytes stand in the other order than this machine's */
    bool fortran; /* the first axis is the fastest */
    struct gck_shape shape;
};

/* Parses `length` bytes of text, whose first is byte `offset` of the file called `name`.
 * GCK_EFORMAT with a sentence: the file, the byte, what stands there. The dims are as written: not
 * judged together. */
enum gck_status gck_npy_header_read(struct gck_npy_header *header, const char *text, size_t length,
                                    uint64_t offset, const char *name, char *message);

/* One element as it stands in the file. NULL, or why it won't do; then words (GCK_NUMBER_TEXT
 * bytes) says what it is. */
const char *gck_npy_value(const struct gck_npy_header *header, const unsigned char *bytes,
                          double *value, char *words);

#endif
