/* sinks.h -- where reports go: stdout, or files that are never half written. */
#ifndef GCK_CLI_SINKS_H
#define GCK_CLI_SINKS_H

#include "cli/options.h"

/* Before the run: can every report be written? Leaves nothing behind. 0, or 2 after a sentence. */
int gck_sinks_check(const struct gck_cli *cli);

/* After it: writes them all. A file is written beside its place and renamed into it. Returns 0, or
 * 2 after a sentence. */
int gck_sinks_write(const struct gck_cli *cli, const struct gck_result *result, size_t results,
                    double seconds);

/* Where the text for people goes: stdout, unless another report goes there. */
FILE *gck_sinks_human(const struct gck_cli *cli);

/* Colours on this stream? By --color, NO_COLOR, CLICOLOR_FORCE, TERM, and whether it is a terminal.
 */
bool gck_sinks_colour(const struct gck_cli *cli, FILE *file);

#endif
