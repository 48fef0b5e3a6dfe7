/* npy.h -- arrays from NumPy's .npy files, versions 1 to 3.
 *
 * Source of the format: NumPy's documentation, numpy.lib.format. */
#ifndef GCK_CORE_NPY_H
#define GCK_CORE_NPY_H

#include "gradcheck/blob.h"
#include "gradcheck/status.h"

/* Reads f4, f8, i4, i8, u1 or bool, either byte order, C or Fortran order, into *value: row-major doubles, to be
 * freed by the caller; *shape gets the dims. NaN, infinity, an i8 that a double can't hold, a header that lies
 * about the length, more than GCK_MAX_AXES axes, an empty array: GCK_EFORMAT or GCK_EDATA with the file, the
 * position and the numbers in message; a file that can't be read: GCK_EFILE. Then *value is NULL. */
enum gck_status gck_npy_read(const char *path, struct gck_shape *shape, double **value, char *message);

/* The same judgement of the header, and the shape alone: no number is read. */
enum gck_status gck_npy_shape(const char *path, struct gck_shape *shape, char *message);

#endif
