/* no_forward.c -- a layer without Forward. */
#define FORWARD NULL
#include "base.h"
