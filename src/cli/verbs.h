/* verbs.h -- the commands. Each returns the exit code. */
#ifndef GCK_CLI_VERBS_H
#define GCK_CLI_VERBS_H

#include "cli/options.h"

int gck_verb_check(struct gck_cli *cli);
int gck_verb_list(struct gck_cli *cli);
int gck_verb_explain(struct gck_cli *cli);
int gck_verb_trace(struct gck_cli *cli);
int gck_verb_sweep(struct gck_cli *cli);
int gck_verb_compare(struct gck_cli *cli);
int gck_verb_learn(struct gck_cli *cli);
/* The words that may follow learn, one a line. */
void gck_learn_help(FILE *file);

#endif
