/* load.h -- layers from files outside: plug-ins (.so) and layer sources (.c), compiled on the fly. */
#ifndef GCK_LAYER_LOAD_H
#define GCK_LAYER_LOAD_H

#include "gradcheck/gradcheck.h"

enum { GCK_MAX_LAYERS = 64 }; /* that one file can hold */

/* What a plug-in holds, in the order of its arrays: entry i's double and float descriptor, either may be NULL, and
 * its exact twin, if it has one. */
struct gck_plugin {
    unsigned layers;
    const struct gck_layer *float_layer[GCK_MAX_LAYERS], *double_layer[GCK_MAX_LAYERS],
        *exact_layer[GCK_MAX_LAYERS];
    char no_twin[GCK_WHY_SIZE]; /* why there is none, where there is none: "c++: x.c:12:5: ..." */
    char note[GCK_WHY_SIZE]; /* something worth a warning, e.g. that loading it changed how numbers are rounded */
};

/* dlopens path ("x.so", or "x.so:hinge" for one layer of several; Caffe's name for it will do) and judges
 * every descriptor: abi first, then size, type, real_size, the names and functions that must be there,
 * lists within their limits; float and double of one name are twins. An exact twin that doesn't fit is left out, with
 * the sentence in no_twin. What else doesn't fit is GCK_ELOAD with one
 * sentence that has the file and both numbers; GCK_EFILE for a file that can't be read, GCK_ENAME for a layer that
 * it doesn't have. It is never unloaded. A path always means that file: "x.so" is "./x.so". */
enum gck_status gck_plugin_load(struct gck_plugin *plugin, const char *path, char *message);

/* The same of a library that was compiled on the fly from the file `source`: sentences name that. NULL or "": path. */
enum gck_status gck_plugin_load_of(struct gck_plugin *plugin, const char *path, const char *source, char *message);

struct gck_compile_options {
    const char *cc;      /* NULL: $CC, else cc */
    const char *cflags;  /* NULL: $CFLAGS, else -O2 -g */
    bool asan;           /* address and undefined sanitizers */
    const char *cxx;     /* of the exact twin. NULL: $CXX, else c++, else g++ */
    const char *cxxflags; /* NULL: $CXXFLAGS, else -O1: it is compiled at once, and used a few times */
    bool verbose;        /* tell the command lines on stderr */
};

/* Compiles the layer file source.c for all types side by side into one .so below $XDG_CACHE_HOME/gradcheck (or
 * ~/.cache/gradcheck; a private temporary folder where neither can be written), named by what it depends on:
 * the preprocessed text, the compiler's version, the flags, the ABI; an existing one is taken as it is. A new one is
 * renamed into place. The compiler's own words go to stderr as they are. so: its path, of `size` bytes.
 *
 * Where the exact twin can't be compiled, the library has none, and holds the reason: nothing is told on stderr, and
 * gck_plugin_load hands it out. */
enum gck_status gck_compile(const char *source, const struct gck_compile_options *options, char *so,
                            size_t size, char *message);

/* Was this shared library built with the address sanitizer? Then a process that loads it has to be started with the
 * sanitizer's runtime in LD_PRELOAD: otherwise loading ends the process. */
bool gck_needs_asan(const char *so);

/* The file to preload for it: asks the compiler of the options, which should be the one that built it. */
enum gck_status gck_asan_runtime(const char *so, const struct gck_compile_options *options, char *path,
                                 size_t size, char *message);

#endif
