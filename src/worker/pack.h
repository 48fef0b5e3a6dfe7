/* pack.h -- bytes of which most are 0, made shorter: a result is 100,000, of which a few thousand say something. */
#ifndef GCK_WORKER_PACK_H
#define GCK_WORKER_PACK_H

#include <stdbool.h>
#include <stddef.h>

enum { GCK_PACK_LINE = 64 };

/* So many bytes at most are `length` when they are packed. */
#define GCK_PACKED_MOST(length) ((length) + (length) / GCK_PACK_LINE / 2 * 8 + 16)

/* Into packed[GCK_PACKED_MOST(length)]; returns how many it took. length < 2^32. */
size_t gck_pack(const void *bytes, size_t length, char *packed);

/* The reverse, from `used` bytes into `length`. False where nothing of that length was packed into them: then what the bytes
 * hold is undefined. */
bool gck_unpack(const char *packed, size_t used, void *bytes, size_t length);

#endif
