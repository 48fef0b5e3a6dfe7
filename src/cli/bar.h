/* bar.h -- one line on the terminal that tells how far a long run has come, and is gone when it ends. */
#ifndef GCK_CLI_BAR_H
#define GCK_CLI_BAR_H

#include "cli/options.h"
#include "worker/worker.h"

/* What one unit's worker told last. */
struct gck_bar_unit {
    const struct gck_job *job;
    char doing[64];
    size_t done, of;
    double since; /* when the counting began, at `first` */
    size_t first;
};

struct gck_bar {
    bool on;             /* stderr is a terminal, and --quiet was not asked for */
    size_t units;
    struct gck_bar_unit *unit;
    double start, drawn; /* seconds; drawn 0: not yet */
    size_t length;       /* of the line that stands there now */
};

/* False without memory. Close it after every return. */
bool gck_bar_open(struct gck_bar *bar, const struct gck_cli *cli, const struct gck_job *job, size_t jobs);
void gck_bar_close(struct gck_bar *bar);

/* The progress of a unit's options, whose context is the gck_bar_unit. */
void gck_bar_hear(void *context, const char *doing, size_t done, size_t of);

/* To be called every now and then: draws after the first second; last: takes the line away. */
void gck_bar_tick(void *context, bool last);

#endif
