/* child.c -- starting a worker process: pipes, limits, signals, environment. */
#include "worker/child.h"

#include "core/signals.h"
#include "core/text.h"
#include "core/vector.h"
#include "layer/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

bool gck_sanitized(const char *preload)
{
    return preload != NULL || gck_sanitizer_runs();
}

/* ---- in the child ---- */

static void limit(__rlimit_resource_t resource, size_t bytes)
{
    const struct rlimit value = { .rlim_cur = bytes, .rlim_max = bytes };

    setrlimit(resource, &value);
}

/* A child begins with all that its parent has mapped, and about as much where it is executed anew: that is not the layer's
 * doing. */
static size_t mapped_bytes(void)
{
    FILE *const file = fopen("/proc/self/statm", "r");
    size_t pages = 0;

    if (file == NULL)
        return 0;
    if (fscanf(file, "%zu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void limit_memory(const struct gck_job *job)
{
    const size_t ceiling = gck_memory_ceiling(job->megabytes), mapped = mapped_bytes();
    struct rlimit space;

    limit(RLIMIT_CORE, 0);
    if (job->megabytes == 0 || job->megabytes >= SIZE_MAX >> 20 || gck_sanitized(job->preload)
        || getrlimit(RLIMIT_AS, &space) != 0)
        return;
    /* the hard limit stays: shapes are tried without taking memory (gck_pages_reserve) */
    if (ceiling < SIZE_MAX - mapped && ceiling + mapped < space.rlim_cur) { /* a lower one that the user has set counts */
        space.rlim_cur = ceiling + mapped;
        setrlimit(RLIMIT_AS, &space);
    }
}

/* The options' context belongs to refill, progress and seat alike. */
struct bridge {
    struct gck_voice voice; /* first: what gck_worker_seat is handed, too */
    const struct gck_options *options;
};

static void bridge_progress(void *context, const char *doing, size_t done, size_t of)
{
    struct bridge *const bridge = context;

    gck_worker_progress(&bridge->voice, doing, done, of);
}

static void bridge_refill(void *context, const char *port, const struct gck_shape *shape,
                          double *value)
{
    const struct bridge *const bridge = context;

    bridge->options->refill(bridge->options->context, port, shape, value);
}

static void run_forked(const struct gck_job *job, int record)
{
    struct bridge bridge = { { .fd = record, .seats = job->seats, .result = job->result }, job->options };
    struct gck_options options = { 0 };

    if (job->options != NULL)
        options = *job->options;
    options.progress = bridge_progress;
    if (options.refill != NULL)
        options.refill = bridge_refill;
    options.seat = gck_worker_seat;
    options.context = &bridge;
    setvbuf(stdout, NULL, _IOLBF, 0); /* what was printed before a crash is seen */
    gck_vector_single_thread();
    job->run(job->context, &options, job->result);
    fflush(NULL);
    gck_worker_answer(record, job->result);
}

static void run_executed(const struct gck_job *job, int record, char **environment)
{
    char why[GCK_MESSAGE_SIZE];

    fcntl(record, F_SETFD, 0);
    if (job->seats >= 0)
        fcntl(job->seats, F_SETFD, 0);
    execvpe(job->argv[0], job->argv, environment);
    gck_say(why, GCK_ELOAD, "%s could not be executed: %s", job->argv[0], strerror(errno));
    gck_record_send(record, GCK_RECORD_FAILED, why, strlen(why));
}

static _Noreturn void be_child(const struct gck_job *job, int record, int output,
                               char **environment, pid_t parent)
{
    const int nothing = open("/dev/null", O_RDONLY);

    setpgid(0, 0);
    gck_forked(parent);
    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    limit_memory(job);
    if (job->argv == NULL)
        run_forked(job, record);
    else
        run_executed(job, record, environment);
    _exit(0);
}

/* ---- in the parent ---- */

static void close_both(int ends[2])
{
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

/* A pipe whose ends lie above stdin, stdout and stderr, also where the host has closed those. */
static bool pipe_new(int ends[2])
{
    int low[2];

    if (pipe2(low, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close_both(low);
    return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

enum gck_status gck_child_start(struct gck_child *child, const struct gck_job *job, char *message)
{
    int record[2] = { -1, -1 }, output[2] = { -1, -1 };
    const pid_t parent = getpid();
    enum gck_status status = GCK_OK;
    char **environment = NULL;

    if (!pipe_new(record) || !pipe_new(output)) {
        status = gck_say(message, GCK_EMEMORY, "no pipe to a worker: %s", strerror(errno));
        goto done;
    }
    environment = gck_environment_new(job, record[1]);
    if (environment == NULL) {
        status = gck_say(message, GCK_EMEMORY, "no memory for a worker's environment");
        goto done;
    }
    fflush(NULL);
    child->pid = fork();
    if (child->pid == 0)
        be_child(job, record[1], output[1], environment, parent);
    if (child->pid < 0) {
        status = gck_say(message, GCK_EMEMORY, "no process for a worker: %s", strerror(errno));
        goto done;
    }
    setpgid(child->pid, child->pid); /* both sides say it, so that it is true whoever runs first */
    child->record = record[0];
    child->output = output[0];
    record[0] = output[0] = -1;
done:
    close_both(record);
    close_both(output);
    gck_environment_free(job, environment);
    return status;
}
