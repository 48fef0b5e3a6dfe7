/* build.h -- the compiler calls that make a library of a layer's source. */
#ifndef GCK_LAYER_BUILD_H
#define GCK_LAYER_BUILD_H

#include "gradcheck/status.h"
#include "layer/cache.h"

struct gck_build {
    const char *source;           /* as the user wrote it */
    char argument[GCK_PATH_SIZE]; /* as the compiler gets it */
    char include[GCK_PATH_SIZE];  /* the folder that holds gradcheck/layer.h */
    const char *cc, *cflags;
    bool asan, verbose;
    bool colour; /* the compiler may colour what it says; gck_build_digest finds out */
};

/* Preprocesses the source for both types: the hash of all that the library depends on. */
enum gck_status gck_build_digest(struct gck_build *build, struct gck_hash *hash, char *message);

/* Compiles both types side by side and links them into `library`. Intermediate files: the two
 * objects. */
enum gck_status gck_build_objects(const struct gck_build *build, const char *in_double,
                                  const char *in_float, char *message);
enum gck_status gck_build_library(const struct gck_build *build, const char *in_double,
                                  const char *in_float, const char *library, char *message);

#endif
