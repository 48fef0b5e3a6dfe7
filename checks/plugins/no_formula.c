/* no_formula.c -- a layer without its formula. */
#define FORMULA NULL
#include "base.h"
