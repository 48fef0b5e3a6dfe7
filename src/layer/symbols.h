/* symbols.h -- N, C, S and K, solved from what is known of the shapes. */
#ifndef GCK_LAYER_SYMBOLS_H
#define GCK_LAYER_SYMBOLS_H

#include "layer/setup.h"

struct gck_symbols {
    unsigned used;          /* bits of those that the layer's ports name */
    unsigned known, absent; /* bits: solved; solved as 1 since a shape of the user's ends before it */
    unsigned stated;        /* bits: the user said it by name */
    size_t size[GCK_DIMS];
    char source[GCK_DIMS][GCK_MESSAGE_SIZE]; /* who said so */
    unsigned products;      /* user dims that are products, kept until the rest is known */
    struct {
        unsigned symbols;
        size_t size;
        char source[GCK_MESSAGE_SIZE];
    } product[4 * GCK_MAX_PORTS];
};

/* Finds the symbols that the layer uses and takes what the options' dims and num_output say. */
enum gck_status gck_symbols_open(struct gck_symbols *symbols, const struct gck_setup *setup,
                                 char *message);
/* Takes what a port of this shape says. GCK_ESHAPE, with both sources, where it contradicts. */
enum gck_status gck_symbols_match(struct gck_symbols *symbols, const struct gck_port *port,
                                  const struct gck_setup *setup, const struct gck_shape *shape,
                                  const char *source, char *message);
/* Solves the products and gives the rest its default: 5, 7, 3, 4. */
enum gck_status gck_symbols_solve(struct gck_symbols *symbols, char *message);
/* The shape of a port by its symbols. */
void gck_symbols_shape(const struct gck_symbols *symbols, const struct gck_port *port,
                       const struct gck_setup *setup, struct gck_shape *shape);
/* Is the port's first axis the batch? */
bool gck_symbols_batched(const struct gck_port *port, const struct gck_setup *setup);
/* Could the symbols describe this shape: no more axes than the port names? */
bool gck_symbols_fit(const struct gck_port *port, const struct gck_shape *shape);
/* The axis of this shape at which the port's symbol `dim` stands; -1 if nowhere. */
int gck_symbols_axis(const struct gck_port *port, const struct gck_setup *setup,
                     const struct gck_shape *shape, unsigned dim);

/* The dim that axis `at` of a port of this shape counts: one symbol, a product of some, or 0 where no symbol of the port's is
 * behind it. Of more axes than the port lists the last symbol has the rest, as for gck_symbols_match. */
unsigned gck_symbols_at(const struct gck_port *port, const struct gck_setup *setup, const struct gck_shape *shape,
                        unsigned at);

#endif
