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
    const char *cxx, *cxxflags;   /* of the exact twin */
    bool asan, verbose;
    bool colour; /* the compiler may colour what it says; gck_build_digest finds out */
};

/* Preprocesses the source for all types: the hash of all that the library depends on. */
enum gck_status gck_build_digest(struct gck_build *build, struct gck_hash *hash, char *message);

/* The intermediate files, one for each type. */
struct gck_objects {
    const char *in_double, *in_float, *exact;
};

/* Compiles all types side by side. Where the exact one fails that is no failure, and its reason is in
 * no_twin, of GCK_MESSAGE_SIZE bytes; otherwise that is "". */
enum gck_status gck_build_objects(const struct gck_build *build, const struct gck_objects *objects,
                                  char *no_twin, char *message);
/* Links them into `library`; twin: the exact one, too. */
enum gck_status gck_build_library(const struct gck_build *build, const struct gck_objects *objects,
                                  bool twin, const char *library, char *message);

#endif
