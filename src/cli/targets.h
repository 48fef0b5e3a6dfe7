/* targets.h -- what the words on the command line stand for: built-in layers, and layers in files.
 */
#ifndef GCK_CLI_TARGETS_H
#define GCK_CLI_TARGETS_H

#include "cli/options.h"

#include <limits.h>

/* A word says a file where it has a slash or ends in .so or .c, or has .so: before a layer's name.
 */
bool gck_is_file(const char *word);

/* Is the word's file there and can it be a layer? False after a sentence. */
bool gck_file_there(const char *word);

/* The built-in layer, or NULL after a sentence that names what may have been meant. In float where
 * there is no double. */
const struct gck_layer *gck_builtin(const char *word, enum gck_type type);

/* A layer's file made ready to be loaded by a process of its own. */
struct gck_file {
    char
        path[PATH_MAX]; /* of the .so, with ":layer" where the word has it; a .c file is compiled */
    char preload[PATH_MAX]; /* the sanitizer's runtime, or "" */
    char source[PATH_MAX];  /* the .c file that was compiled, as the user wrote it, or "" */
};

/* GCK_EFILE, GCK_ELOAD, ... with a sentence. */
enum gck_status gck_file_ready(const struct gck_cli *cli, const char *word, struct gck_file *file,
                               char *message);

#endif
