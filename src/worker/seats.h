/* seats.h -- how many processes may be at work at once, counted over all workers and their children.
 *
 * A seat is one byte of a file without a name. Whoever holds a lock on it sits there, and the kernel frees the seat when he
 * is gone, however that comes about. The pool keeps one for each worker, and all of them as long as jobs are waiting; those
 * that are free then go to the children of the workers that ask first. */
#ifndef GCK_WORKER_SEATS_H
#define GCK_WORKER_SEATS_H

/* The file, closed by exec; -1: none can be had. */
int gck_seats_new(unsigned seats);

/* How many there are. */
unsigned gck_seats_count(int fd);

/* The pool's own: seats 0 .. kept - 1 and no others. They are not inherited by a fork. */
void gck_seats_keep(int fd, unsigned kept);

/* A descriptor whose holder, and whoever inherits it, sits on a free seat; -1: none is free. context: points to the
 * file's descriptor. */
int gck_seats_take(void *context);

#endif
