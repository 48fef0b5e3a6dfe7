/* no_layer.c -- a shared library, but no layer. */
#include "gradcheck/layer.h"
