/* watch.h -- the signals that would end the parent, held back while it has children.
 *
 * They are only looked at: what they do is the host's business, and happens when the watch ends.
 * Those that the host ignores or holds back itself are left alone. No handler, so nothing
 * process-wide. */
#ifndef GCK_WORKER_WATCH_H
#define GCK_WORKER_WATCH_H

#include <signal.h>

struct gck_watch {
    sigset_t before, held;
    int fd; /* readable when one is pending; -1 where that can't be had */
};

void gck_watch_begin(struct gck_watch *watch);
/* The name of a signal that waits, or NULL. */
const char *gck_watch_pending(const struct gck_watch *watch);
/* Now they take effect. */
void gck_watch_end(struct gck_watch *watch);

#endif
