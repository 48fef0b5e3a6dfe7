/* environment.c -- the environment of an executed worker. */
#include "worker/child.h"

#include "core/text.h"
#include "layer/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every thread's stack and buffers would count as the worker's memory, and on a large machine
 * exceed it. */
#define THREADS "OPENBLAS_NUM_THREADS"

static char *joined(const char *name, const char *first, const char *second)
{
    const size_t size = strlen(name) + strlen(first) + strlen(second) + 3;
    char *const text = malloc(size);

    if (text != NULL)
        snprintf(text, size, "%s=%s%s%s", name, first,
                 first[0] != '\0' && second[0] != '\0' ? ":" : "", second);
    return text;
}

static const char *from_environment(const char *name)
{
    const char *const value = getenv(name);

    return value != NULL ? value : "";
}

static bool is_for(const char *entry, const char *name)
{
    const size_t length = strlen(name);

    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

enum { OWN = 5 };

/* How many of our own words a job's environment begins with. */
static size_t own_words(const struct gck_job *job)
{
    return job->preload != NULL ? OWN : OWN - 2;
}

static void own_free(char *const *own, size_t words)
{
    for (size_t i = 0; i < words; i++)
        free(own[i]);
}

static bool own_new(const struct gck_job *job, int record, char **own)
{
    char number[16], asan[160];

    snprintf(number, sizeof number, "%d", record);
    own[0] = joined(GCK_WORKER_FD, number, "");
    own[1] = joined(THREADS, "1", "");
    snprintf(number, sizeof number, "%d", job->seats);
    own[2] = joined(GCK_WORKER_SEATS, number, "");
    if (job->preload != NULL) {
        snprintf(asan, sizeof asan,
                 "detect_leaks=0:abort_on_error=0:exitcode=99:allocator_may_return_null=1");
        if (job->megabytes > 0)
            gck_append(asan, sizeof asan, ":hard_rss_limit_mb=%zu", gck_memory_ceiling(job->megabytes) >> 20);
        own[3] = joined("LD_PRELOAD", job->preload, from_environment("LD_PRELOAD"));
        own[4] = joined("ASAN_OPTIONS", from_environment("ASAN_OPTIONS"), asan);
    }
    for (size_t i = 0; i < own_words(job); i++)
        if (own[i] == NULL) {
            own_free(own, OWN);
            return false;
        }
    return true;
}

static bool is_own(const struct gck_job *job, const char *entry)
{
    return is_for(entry, GCK_WORKER_FD) || is_for(entry, GCK_WORKER_SEATS) || is_for(entry, THREADS)
           || (job->preload != NULL
               && (is_for(entry, "LD_PRELOAD") || is_for(entry, "ASAN_OPTIONS")));
}

char **gck_environment_new(const struct gck_job *job, int record)
{
    char *own[OWN] = { NULL }, **list;
    size_t entries = 0, used = own_words(job);

    while (environ != NULL && environ[entries] != NULL)
        entries++;
    if (!own_new(job, record, own))
        return NULL;
    list = calloc(entries + OWN + 1, sizeof *list);
    if (list == NULL) {
        own_free(own, OWN);
        return NULL;
    }
    memcpy(list, own, used * sizeof *list);
    for (size_t i = 0; i < entries; i++)
        if (!is_own(job, environ[i]))
            list[used++] = environ[i];
    return list;
}

void gck_environment_free(const struct gck_job *job, char **list)
{
    if (list != NULL)
        own_free(list, own_words(job));
    free(list);
}
