/* declared.h -- what a layer declares about itself, in words. */
#ifndef GCK_CLI_DECLARED_H
#define GCK_CLI_DECLARED_H

#include "gradcheck/gradcheck.h"
#include "layer/param.h"

/* "num x C x S" of a port, with its axis parameter's name where it has one; into text. Returns
 * text. */
enum { GCK_DIMS_TEXT = 256 };
char *gck_dims_text(const struct gck_port *port, char *text);

/* "normal", "uniform", "labels", ... */
const char *gck_fill_text(enum gck_fill fill);

/* What a port is filled with, in full: "labels 0 .. C-1". Into text (GCK_DIMS_TEXT bytes). Returns
 * text. */
char *gck_wish_text(const struct gck_port *port, char *text);

/* What the layer claims to be: "a mean over num". */
const char *gck_norm_text(enum gck_norm norm);

#endif
