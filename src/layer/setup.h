/* setup.h -- the question resolved: with which shapes, parameters and data a layer is driven.
 *
 * The user's dims, shapes and files each fix some of the symbols N, C, S, K; the rest is 5, 7, 3, 4. A
 * contradiction is one sentence with both sources. Both types of a layer share one setup. */
#ifndef GCK_LAYER_SETUP_H
#define GCK_LAYER_SETUP_H

#include "gradcheck/gradcheck.h"

struct gck_drawn_values;

struct gck_setup {
    const struct gck_layer *layer;     /* of either type: the declarations are the same */
    const struct gck_options *options; /* the caller's, has to live as long */
    unsigned bottoms, tops, weights, params;
    size_t dim[GCK_DIMS];              /* of N, C, S, K; 0 for those that the layer doesn't have */
    struct {
        const struct gck_port *port;
        char name[GCK_NAME_SIZE];      /* the port's; numbered where it is repeated */
        struct gck_shape shape;
        bool batched;                  /* its first axis counts the samples */
        double *data;                  /* the user's, row-major; NULL: to be filled */
        size_t rows;                   /* samples that the user's data are of, where it is batched */
        const char *from;              /* the file they came from, or NULL */
    } bottom[GCK_MAX_PORTS], weight[GCK_MAX_PORTS];
    double param[GCK_MAX_PARAMS];      /* NaN: unset */
    double top_weight[GCK_MAX_PORTS];  /* what the loss weight is multiplied by, for each top */
    bool put_back;                     /* its rigs put back what a pass changes and may not (put_back.h) */
    struct gck_drawn_values *drawn;    /* what was drawn for its rigs (drawn.h) */
};

/* Resolves options against the layer's declarations; of files it reads the headers. A sentence in message where that is
 * impossible: GCK_ENAME for a name that the layer doesn't have, GCK_EUSAGE, GCK_EPARAM, GCK_ESHAPE, and what
 * gck_npy_shape returns. Nothing here is large, whatever the shapes. setup may be closed after every return. */
enum gck_status gck_setup_open(struct gck_setup *setup, const struct gck_layer *layer,
                               const struct gck_options *options, char *message);
void gck_setup_close(struct gck_setup *setup);

/* Reads the files' numbers, once they are known to fit into memory (memory.h). GCK_OK or what gck_npy_read returns. */
enum gck_status gck_setup_load(struct gck_setup *setup, char *message);

/* The same setup with symbols of other sizes, 0: as it is (0 N, 1 C, 2 S, 3 K), into *changed. Where N alone changes, the
 * user's shapes and data stay, their rows taken as often as it takes; else all of it is filled by the generator. False where
 * the layer has no such symbol, its shapes were given by hand, or there is no memory. Close it like any other. */
bool gck_setup_change(struct gck_setup *changed, const struct gck_setup *setup, const size_t size[GCK_DIMS]);

/* Reads "5x7x3" ("5" is one axis). False where it isn't a shape. */
bool gck_shape_read(const char *text, struct gck_shape *shape);

#endif
