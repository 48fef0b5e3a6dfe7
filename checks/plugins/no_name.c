/* no_name.c -- a layer without a name. */
#define NAME ""
#include "base.h"
