/* well.c -- a plug-in without fault. */
#define NAME "well"
#include "base.h"
