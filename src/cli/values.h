/* values.h -- what options' values have to look like. Each: false after a sentence on stderr. */
#ifndef GCK_CLI_VALUES_H
#define GCK_CLI_VALUES_H

#include "cli/options.h"

bool gck_take_loss_weight(struct gck_cli *cli, const char *value);
bool gck_take_num(struct gck_cli *cli, const char *value);
bool gck_take_dim(struct gck_cli *cli, const char *value);
bool gck_take_shape(struct gck_cli *cli, const char *value);
bool gck_take_param(struct gck_cli *cli, const char *value);
bool gck_take_bottom(struct gck_cli *cli, const char *value);
bool gck_take_seed(struct gck_cli *cli, const char *value);
bool gck_take_dtype(struct gck_cli *cli, const char *value);
bool gck_take_only(struct gck_cli *cli, const char *value);
bool gck_take_jobs(struct gck_cli *cli, const char *value);
bool gck_take_timeout(struct gck_cli *cli, const char *value);
bool gck_take_width(struct gck_cli *cli, const char *value);
bool gck_take_memory(struct gck_cli *cli, const char *value);
bool gck_take_report(struct gck_cli *cli, const char *value);
bool gck_take_colour(struct gck_cli *cli, const char *value);

#endif
