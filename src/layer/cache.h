/* cache.h -- where compiled layers are kept. */
#ifndef GCK_LAYER_CACHE_H
#define GCK_LAYER_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GCK_PATH_SIZE = 4096 };

/* A hash of 128 bits over all that was added, in order. Start with gck_hash_begin. */
struct gck_hash {
    uint64_t low, high;
};

struct gck_hash gck_hash_begin(void);
void gck_hash_add(struct gck_hash *hash, const void *bytes, size_t size);
/* The text and its end, so that "ab", "c" is not "a", "bc". */
void gck_hash_add_text(struct gck_hash *hash, const char *text);

/* The path of the library of that hash: of one that is there already, then *found, else where a new
 * one can be made: in $XDG_CACHE_HOME/gradcheck or ~/.cache/gradcheck, in $TMPDIR/gradcheck-<user>,
 * or in a new private folder there. A folder that belongs to somebody else, or that others may
 * write to, is not used: what lies there will be run. False where nothing will do. */
bool gck_cache_find(const char *stem, const struct gck_hash *hash, char *so, size_t size,
                    bool *found);

#endif
