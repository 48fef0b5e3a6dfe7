/* units.h -- what is to be examined: one unit for each layer and type of the command line. */
#ifndef GCK_CLI_UNITS_H
#define GCK_CLI_UNITS_H

#include "cli/options.h"
#include "worker/worker.h"

/* One layer in one type. */
struct gck_unit {
    const struct gck_layer *layer, *twin; /* of a built-in one */
    char **argv;                          /* of the worker, for one in a file */
    char *preload;
    char *source; /* the file as it was typed; a worker knows the compiled one */
    bool done;    /* the result is there already: it could not be loaded */
    struct gck_options ask; /* what its worker is asked */
};

struct gck_units {
    const struct gck_cli *cli;
    struct gck_unit *unit;
    struct gck_result *result;
    struct gck_job *job; /* of unit i */
    size_t count, room;
};

/* Each adds the units of one word, or of every built-in layer; false after a sentence. A file that
 * could not be loaded becomes a unit that is done, with the error as its result. */
bool gck_units_add_builtin(struct gck_units *units, const char *name);
bool gck_units_add_file(struct gck_units *units, const char *word);
bool gck_units_add_all(struct gck_units *units);
void gck_units_free(struct gck_units *units);

#endif
