/* seats.c -- how many processes may be at work at once, counted over all workers and their children. */
#include "worker/seats.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int gck_seats_new(unsigned seats)
{
    const int fd = memfd_create("seats", MFD_CLOEXEC);

    if (fd >= 0 && ftruncate(fd, (off_t)seats) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

unsigned gck_seats_count(int fd)
{
    struct stat file;

    return fd >= 0 && fstat(fd, &file) == 0 ? (unsigned)file.st_size : 0;
}

static struct flock lock_of(unsigned from, unsigned length, int type)
{
    return (struct flock){ .l_type = (short)type, .l_whence = SEEK_SET, .l_start = (off_t)from, .l_len = (off_t)length };
}

void gck_seats_keep(int fd, unsigned kept)
{
    const unsigned seats = gck_seats_count(fd);
    struct flock lock = lock_of(0, kept, F_WRLCK), rest = lock_of(kept, seats - kept, F_UNLCK);

    if (kept > 0)
        fcntl(fd, F_SETLK, &lock);
    if (kept < seats)
        fcntl(fd, F_SETLK, &rest);
}

int gck_seats_take(void *context)
{
    const int *const seats = context;
    const unsigned count = gck_seats_count(*seats);
    char path[64];
    int fd;

    snprintf(path, sizeof path, "/proc/self/fd/%d", *seats);
    fd = open(path, O_RDWR | O_CLOEXEC); /* a description of its own, which the lock then belongs to */
    for (unsigned i = 0; fd >= 0 && i < count; i++) {
        struct flock lock = lock_of(i, 1, F_WRLCK);

        if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
            return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}
