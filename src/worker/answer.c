/* answer.c -- the worker's side: what it says while it works and at the end. */
#include "worker/worker.h"

#include "core/text.h"
#include "worker/record.h"
#include "worker/seats.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int inherited(const char *name)
{
    const char *const text = getenv(name);
    size_t number;
    int fd;

    if (text == NULL || !gck_read_size(text, &number) || number > 1 << 20)
        return -1;
    fd = (int)number;
    unsetenv(name); /* what a worker starts is no worker */
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

int gck_worker_fd(void)
{
    return inherited(GCK_WORKER_FD);
}

int gck_worker_seats_fd(void)
{
    return inherited(GCK_WORKER_SEATS);
}

unsigned gck_worker_jobs(const struct gck_voice *voice)
{
    const unsigned seats = gck_seats_count(voice->seats);

    return seats > 0 ? seats : 1;
}

int gck_worker_seat(void *context)
{
    struct gck_voice *const voice = context;

    return voice->seats >= 0 ? gck_seats_take(&voice->seats) : -1;
}

void gck_worker_progress(void *context, const char *doing, size_t done, size_t of)
{
    struct gck_voice *const voice = context;
    const size_t length = strcspn(doing, ":");
    const bool exam = doing[length] == ':' && length < sizeof voice->exam;

    if (exam && (strncmp(doing, voice->exam, length) != 0 || voice->exam[length] != '\0')) {
        if (voice->exam[0] != '\0' && voice->result != NULL)
            gck_record_result(voice->fd, GCK_RECORD_SO_FAR, voice->result, offsetof(struct gck_result, finding));
        memcpy(voice->exam, doing, length);
        voice->exam[length] = '\0';
    }
    gck_record_mark(voice->fd, doing, done, of);
}

bool gck_worker_answer(int fd, const struct gck_result *result)
{
    return gck_record_result(fd, GCK_RECORD_RESULT, result, sizeof *result)
           && gck_record_send(fd, GCK_RECORD_CLOSING, "", 0);
}
