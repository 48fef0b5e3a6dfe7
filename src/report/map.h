/* map.h -- where in a blob elements disagree: in a few words, and as a picture of its shape. */
#ifndef GCK_REPORT_MAP_H
#define GCK_REPORT_MAP_H

#include "gradcheck/gradcheck.h"
#include "report/page.h"

/* '.' agrees, 'X' disagrees, 'k' at a kink, '?' could not be told, ' ' was not examined. */
char gck_map_symbol(unsigned char cell);

/* "only in sample 4, the last", into text of `size` bytes; "" where they lie everywhere or nowhere in particular. */
char *gck_map_words(const struct gck_port_result *port, char *text, size_t size);

/* Is there something to see: do some of the port's elements disagree and others not? */
bool gck_map_tells(const struct gck_port_result *port);

/* The picture, labelled "map". */
void gck_map_write(const struct gck_page *page, const struct gck_port_result *port);

#endif
