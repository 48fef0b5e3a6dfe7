/* embedded.h -- the files of tutorial/ that the program carries in itself, so that learning needs no
 * other file. The table is made by tutorial/embed when the program is built. */
#ifndef GCK_LEARN_EMBEDDED_H
#define GCK_LEARN_EMBEDDED_H

#include <stddef.h>

struct gck_embedded {
    const char *path; /* below tutorial/; NULL ends the table */
    const char *text; /* ended by a 0 that `size` does not count */
    size_t size;
};

extern const struct gck_embedded gck_embedded[];

/* The text of the file, or NULL. */
const char *gck_embedded_text(const char *path);

#endif
