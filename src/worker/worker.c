/* worker.c -- exams in processes of their own, as many at once as wanted. */
#include "worker/worker.h"

#include "core/clock.h"
#include "core/text.h"
#include "worker/child.h"
#include "worker/seats.h"
#include "worker/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

/* Seconds that a child may take to leave after its closing mark. */
static const double farewell = 1;

struct slot {
    struct gck_job *job; /* NULL: free */
    struct gck_child child;
    double deadline; /* 0: none */
    bool late;
    const char *interrupted;
    char source[GCK_WHY_SIZE]; /* as the job's result had it before */
    struct gck_record record;
    struct gck_incoming *incoming; /* room for the record's */
    struct gck_complaint complaint;
    size_t captured;
};

/* ---- one slot ---- */

static void slot_mark(void *context, const char *doing, size_t done, size_t of)
{
    struct slot *const slot = context;
    const struct gck_job *const job = slot->job;

    if (job->renews != NULL && strncmp(doing, job->renews, strlen(job->renews)) == 0 && slot->deadline > 0)
        slot->deadline = gck_now() + job->seconds;
    if (job->options != NULL && job->options->progress != NULL)
        job->options->progress(job->options->context, doing, done, of);
}

static bool slot_begin(struct slot *slot, struct gck_job *job)
{
    struct gck_incoming *const incoming = slot->incoming;
    char why[GCK_MESSAGE_SIZE] = "";

    memset(slot, 0, sizeof *slot);
    slot->incoming = slot->record.incoming = incoming;
    memset(job->captured, 0, sizeof job->captured);
    GCK_COPY(slot->source, job->result->source);
    slot->record.result = job->result;
    slot->record.progress = slot_mark;
    slot->record.context = slot;
    if (gck_child_start(&slot->child, job, why) != GCK_OK) {
        gck_ending_fail(job, GCK_EMEMORY, why);
        job->over = true;
        return false;
    }
    slot->deadline = job->seconds > 0 ? gck_now() + job->seconds : 0;
    slot->job = job;
    return true;
}

static void take(struct slot *slot, bool output, const char *bytes, size_t count)
{
    const size_t room = GCK_CAPTURE - 1 - slot->captured, kept = count < room ? count : room;
    const bool open = !slot->record.closed;

    if (output) {
        memcpy(slot->job->captured + slot->captured, bytes, kept);
        slot->captured += kept;
        gck_complaint_feed(&slot->complaint, bytes, count);
        return;
    }
    gck_record_feed(&slot->record, bytes, count);
    if (open && slot->record.closed && (slot->deadline <= 0 || slot->deadline > gck_now() + farewell))
        slot->deadline = gck_now() + farewell;
}

/* Reads once what a pipe holds. False where there is nothing now, or never again (then it is
 * closed). */
static bool slot_read(struct slot *slot, int *fd, char *chunk)
{
    const ssize_t count = *fd < 0 ? -1 : read(*fd, chunk, CHUNK);

    if (count > 0) {
        take(slot, fd == &slot->child.output, chunk, (size_t)count);
        return true;
    }
    if (*fd >= 0 && (count == 0 || (errno != EAGAIN && errno != EINTR))) {
        close(*fd);
        *fd = -1;
    }
    return false;
}

/* After the end: what is still in the pipes. Not forever: a grandchild elsewhere may hold an end.
 */
static void slot_drain(struct slot *slot, int *fd, char *chunk)
{
    for (int i = 0; i < 64 && slot_read(slot, fd, chunk); i++)
        ;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void slot_kill(struct slot *slot)
{
    kill(-slot->child.pid, SIGKILL);
    kill(slot->child.pid, SIGKILL);
}

static void slot_end(struct slot *slot, struct gck_ending *ending, char *chunk)
{
    struct gck_job *const job = slot->job;

    kill(-slot->child.pid, SIGKILL); /* what the child has left behind */
    slot_drain(slot, &slot->child.record, chunk);
    slot_drain(slot, &slot->child.output, chunk);
    ending->late = slot->late;
    ending->interrupted = slot->interrupted;
    ending->limit = job->megabytes << 20;
    if (!slot->record.closed)
        gck_ending_tell(job, slot->source, ending, &slot->record, &slot->complaint);
    job->over = true;
    slot->job = NULL;
}

/* Has the child ended? Then so does the slot. */
static bool slot_ended(struct slot *slot, char *chunk)
{
    struct gck_ending ending = { .known = true };
    struct rusage usage = { 0 };
    const pid_t pid = wait4(slot->child.pid, &ending.wait_status, WNOHANG, &usage);

    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    ending.known = pid > 0; /* a host that ignores SIGCHLD has no news of its children */
    ending.peak = (size_t)usage.ru_maxrss << 10;
    slot_end(slot, &ending, chunk);
    return true;
}

static void slot_hurry(struct slot *slot, double time, const char *interrupted)
{
    const bool over = slot->deadline > 0 && time >= slot->deadline;

    if (slot->late || slot->interrupted != NULL || (!over && interrupted == NULL))
        return;
    slot->interrupted = interrupted;
    slot->late = interrupted == NULL;
    slot_kill(slot);
}

/* ---- all slots ---- */

struct pool {
    struct slot *slot;
    struct pollfd *poll; /* two for each slot, one for the watch */
    unsigned slots;
    char *chunk;
    struct gck_watch watch;
    const struct gck_tick *tick;
    int seats;
    unsigned kept; /* of them, for jobs that are at work or wait */
};

/* Milliseconds until something has to be looked at without being called. An end is noticed by the
 * closing of the pipes and a look soon after; the tick is for pipes that outlive the child in
 * somebody else's hands. */
static int pool_patience(const struct pool *pool)
{
    const double time = gck_now();
    double wait = 0.1;

    for (unsigned i = 0; i < pool->slots; i++) {
        const struct slot *const slot = &pool->slot[i];

        if (slot->job == NULL)
            continue;
        if (slot->deadline > 0 && slot->deadline - time < wait)
            wait = slot->deadline - time;
        if (slot->child.record < 0 || slot->late || slot->interrupted != NULL)
            wait = 0;
    }
    return wait > 0 ? 1 + (int)(1000 * wait) : 1;
}

/* Returns how many of them have something to say. */
static int pool_wait(struct pool *pool)
{
    for (unsigned i = 0; i < pool->slots; i++) {
        const struct slot *const slot = &pool->slot[i];

        pool->poll[2 * i] =
            (struct pollfd){ .fd = slot->job ? slot->child.record : -1, .events = POLLIN };
        pool->poll[2 * i + 1] =
            (struct pollfd){ .fd = slot->job ? slot->child.output : -1, .events = POLLIN };
    }
    pool->poll[2 * pool->slots] = (struct pollfd){ .fd = pool->watch.fd, .events = POLLIN };
    return poll(pool->poll, 2 * pool->slots + 1, pool_patience(pool));
}

/* Begins jobs in free slots; returns how many slots are busy. */
static unsigned pool_fill(struct pool *pool, struct gck_job *job, size_t jobs, size_t *next)
{
    unsigned busy = 0;

    for (unsigned i = 0; i < pool->slots; i++) {
        for (; pool->slot[i].job == NULL && *next < jobs; ++*next)
            if (!job[*next].over)
                slot_begin(&pool->slot[i], &job[*next]);
        busy += pool->slot[i].job != NULL;
    }
    return busy;
}

/* A child that has just told what it does has not ended: a call less for each mark. */
static void pool_attend(struct pool *pool, const char *interrupted)
{
    const double time = gck_now();

    for (unsigned i = 0; i < pool->slots; i++) {
        struct slot *const slot = &pool->slot[i];
        bool told;

        if (slot->job == NULL)
            continue;
        told = pool->poll[2 * i].revents != 0 && slot_read(slot, &slot->child.record, pool->chunk) && !slot->record.closed;
        if (pool->poll[2 * i + 1].revents != 0)
            slot_read(slot, &slot->child.output, pool->chunk);
        if (told || !slot_ended(slot, pool->chunk))
            slot_hurry(slot, time, interrupted);
    }
}

static void pool_keep(struct pool *pool, unsigned seats)
{
    if (seats != pool->kept)
        gck_seats_keep(pool->seats, seats);
    pool->kept = seats;
}

static const char *pool_run(struct pool *pool, struct gck_job *job, size_t jobs)
{
    const char *interrupted = NULL;
    unsigned busy;
    size_t next = 0;
    int called;

    while ((busy = pool_fill(pool, job, jobs, &next)) > 0) {
        if (next == jobs) /* nobody waits for one: the workers' children may have what is free */
            pool_keep(pool, busy);
        called = pool_wait(pool);
        if (interrupted == NULL && (called <= 0 || pool->watch.fd < 0 || pool->poll[2 * pool->slots].revents != 0))
            interrupted = gck_watch_pending(&pool->watch);
        if (interrupted != NULL)
            for (; next < jobs; next++)
                if (!job[next].over)
                    gck_ending_fail(&job[next], GCK_ECRASH, "interrupted before it began");
        pool_attend(pool, interrupted);
        if (pool->tick != NULL)
            pool->tick->call(pool->tick->context, false);
    }
    if (pool->tick != NULL)
        pool->tick->call(pool->tick->context, true);
    return interrupted;
}

/* Room for what comes from the children. */
static bool pool_open(struct pool *pool)
{
    bool open;

    pool->slot = calloc(pool->slots + 1, sizeof *pool->slot);
    pool->poll = calloc(2 * (size_t)pool->slots + 1, sizeof *pool->poll);
    pool->chunk = malloc(CHUNK);
    open = pool->slot != NULL && pool->poll != NULL && pool->chunk != NULL;
    for (unsigned i = 0; open && i < pool->slots; i++) {
        pool->slot[i].incoming = malloc(sizeof *pool->slot[i].incoming);
        open = pool->slot[i].incoming != NULL;
    }
    return open;
}

static void pool_close(struct pool *pool)
{
    for (unsigned i = 0; pool->slot != NULL && i < pool->slots; i++)
        free(pool->slot[i].incoming);
    free(pool->slot);
    free(pool->poll);
    free(pool->chunk);
}

enum gck_status gck_worker_run(struct gck_job *job, size_t jobs, unsigned parallel,
                               const struct gck_tick *tick, char *message)
{
    const unsigned slots = jobs < parallel ? (unsigned)jobs : parallel > 0 ? parallel : 1;
    struct pool pool = { .slots = slots, .tick = tick, .seats = gck_seats_new(parallel > 0 ? parallel : 1) };
    enum gck_status status = GCK_OK;
    const char *interrupted;

    if (!pool_open(&pool)) {
        status = gck_say(message, GCK_EMEMORY, "no memory for %u workers", slots);
        for (size_t i = 0; i < jobs; i++)
            gck_ending_fail(&job[i], status, "no memory for a worker");
        goto done;
    }
    pool_keep(&pool, gck_seats_count(pool.seats));
    for (size_t i = 0; i < jobs; i++)
        job[i].seats = pool.seats;
    gck_watch_begin(&pool.watch);
    interrupted = pool_run(&pool, job, jobs);
    gck_watch_end(&pool.watch);
    if (interrupted != NULL)
        status = gck_say(message, GCK_ECRASH, "interrupted by %s", interrupted);
done:
    pool_close(&pool);
    if (pool.seats >= 0)
        close(pool.seats);
    return status;
}
