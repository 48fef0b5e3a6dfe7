/* param.h -- a layer's parameters: what the user wrote, judged and turned into numbers. */
#ifndef GCK_LAYER_PARAM_H
#define GCK_LAYER_PARAM_H

#include "layer/setup.h"

/* Fills setup->param with the defaults and what the options give. GCK_ENAME, GCK_EPARAM with a sentence. */
enum gck_status gck_param_read(struct gck_setup *setup, char *message);

/* Reads one value as the parameter writes it: a number, true/false, one of the choices. */
enum gck_status gck_param_parse(const struct gck_param *param, const char *text, double *value,
                                char *message);

/* The value as a user would write it, into text (GCK_NAME_SIZE bytes); "unset" for NaN. Returns text. */
char *gck_param_text(const struct gck_param *param, double value, char *text);

/* The index of the layer's parameter of that name, or -1. */
int gck_param_index(const struct gck_layer *layer, const char *name);

/* A parameter num_output is the symbol K: the two are made equal. */
void gck_param_tie(struct gck_setup *setup);

#endif
