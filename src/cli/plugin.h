/* plugin.h -- layers in files: loaded and examined by this program executed anew, never here. */
#ifndef GCK_CLI_PLUGIN_H
#define GCK_CLI_PLUGIN_H

#include "cli/targets.h"

/* What a file holds, asked of a worker. */
struct gck_inventory {
    unsigned layers;
    struct {
        char name[GCK_NAME_SIZE];
        bool type[GCK_TYPE_EXACT + 1];
    } layer[64];
};

/* Fills *inventory; or, where it could not be loaded, *failed: a result with verdict GCK_ERROR, and
 * returns false. */
bool gck_plugin_inventory(const struct gck_cli *cli, const struct gck_file *file,
                          struct gck_inventory *inventory, struct gck_result *failed);

/* The command line of the worker that examines one layer in one type; freed with
 * gck_plugin_argv_free. NULL: no memory. */
char **gck_plugin_argv(const struct gck_cli *cli, const struct gck_file *file, const char *layer,
                       enum gck_type type);
void gck_plugin_argv_free(char **argv);

/* main of such a worker, which answers through fd. */
int gck_plugin_worker(int fd, int argc, char **argv);

/* ---- inside.c ---- */

/* For commands that print about one word's layers: calls tell for each, in double where there is
 * double and nobody asked for float alone. For a file, that happens in this program executed anew,
 * which may crash. Returns the exit code. */
int gck_with_layers(struct gck_cli *cli, const char *word,
                    int (*tell)(struct gck_cli *cli, const struct gck_layer *layer));

/* The same for commands that load the file themselves: executes this program anew with the file as
 * first operand, before those of a command whose operands are no layers; there gck_is_inside is
 * true. Returns the exit code. */
bool gck_is_inside(void);

/* The .c file that the executed one's library was compiled from, as the user wrote it, or "". */
const char *gck_inside_source(void);
int gck_execute_inside(const struct gck_cli *cli, const char *word);

#endif
