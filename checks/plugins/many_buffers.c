/* many_buffers.c -- more buffers than can be had. */
#define NAME "many_buffers"
#define BUFFERS 17
#include "base.h"
