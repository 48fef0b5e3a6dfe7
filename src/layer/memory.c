/* memory.c -- will it fit into memory? */
#include "layer/memory.h"

#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static const double megabyte = 0x1p20;

double gck_memory_rig(const struct gck_sizes *sizes, size_t real_size)
{
    const double inputs = sizes->bottoms + sizes->weights;

    return (double)real_size * (2 * inputs + 2 * sizes->tops + sizes->buffers) /* nobody writes the buffers' diffs */
           + (double)sizeof(double) * sizes->tops;
}

/* What this machine has; 0: unknown. */
static double physical(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

    return pages > 0 && size > 0 ? (double)pages * (double)size : 0;
}

/* Infinite where nobody says. */
static double allowed(const struct gck_options *options)
{
    return options->megabytes > 0 ? (double)options->megabytes * megabyte : HUGE_VAL;
}

bool gck_memory_fits(const struct gck_options *options, double bytes)
{
    const double machine = physical();

    return bytes <= allowed(options) && (machine == 0 || bytes <= machine);
}

enum { WORDS = 32 };

/* "137 MB", "12.5 GB": a MB is what --memory counts in. */
static const char *amount(double bytes, char *text)
{
    const double megabytes = bytes / megabyte;

    if (megabytes < 10000)
        snprintf(text, WORDS, "%.0f MB", ceil(megabytes));
    else
        snprintf(text, WORDS, "%.1f GB", megabytes / 1024);
    return text;
}

/* The bottom or weight that has the most numbers. */
static const char *largest(const struct gck_setup *setup, const struct gck_shape **shape)
{
    const char *name = "";
    double most = -1;

    for (unsigned i = 0; i < setup->bottoms + setup->weights; i++) {
        const bool weight = i >= setup->bottoms;
        const struct gck_shape *const one = weight ? &setup->weight[i - setup->bottoms].shape : &setup->bottom[i].shape;
        const double count = (double)gck_shape_count(one, 0, one->axes);

        if (count <= most)
            continue;
        most = count;
        *shape = one;
        name = weight ? setup->weight[i - setup->bottoms].name : setup->bottom[i].name;
    }
    return name;
}

/* The process has less than there is. */
static enum gck_status cannot_have(const struct gck_setup *setup, double bytes, const char *how, const char *doing, char *message)
{
    const struct gck_shape *shape = NULL;
    const char *const name = largest(setup, &shape);
    char text[GCK_SHAPE_TEXT] = "", needed[WORDS], there[WORDS], space[96] = "";
    struct rlimit limit;

    if (shape != NULL)
        gck_shape_text(shape, text);
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        snprintf(space, sizeof space, ": its address space, with program and libraries, is limited to %s",
                 amount((double)limit.rlim_cur, there));
    return gck_say(message, GCK_EMEMORY, "%s with %s %s takes %s %s of memory to %s, and this process cannot have it%s",
                   setup->layer->name, name, text, how, amount(bytes, needed), doing, space);
}

enum gck_status gck_memory_lacked(const struct gck_setup *setup, double bytes, const char *doing, char *message)
{
    return cannot_have(setup, bytes, "about", doing, message);
}

enum gck_status gck_memory_judge(const struct gck_setup *setup, const struct gck_sizes *sizes, double bytes, const char *doing,
                                 char *message)
{
    const double machine = physical(), limit = allowed(setup->options);
    const bool beyond = machine > 0 && bytes > machine;
    const struct gck_shape *shape = NULL;
    char text[GCK_SHAPE_TEXT] = "", needed[WORDS], there[WORDS], enough[64] = "";
    const char *name;

    if (gck_memory_fits(setup->options, bytes) && !sizes->least)
        return GCK_OK;
    name = largest(setup, &shape);
    if (shape != NULL)
        gck_shape_text(shape, text);
    if (!beyond && bytes <= limit) /* no address space, although nobody set a limit here */
        return cannot_have(setup, bytes, "at least", doing, message);
    if (!beyond && !sizes->least)
        snprintf(enough, sizeof enough, "; --memory %.0f is enough, and 0 takes the limit away", ceil(bytes / megabyte));
    return gck_say(message, GCK_EMEMORY, "%s with %s %s takes %s %s of memory to %s, and %s %s%s", setup->layer->name, name, text,
                   sizes->least ? "at least" : "about", amount(bytes, needed), doing,
                   beyond ? "this machine has" : "--memory allows", amount(beyond ? machine : limit, there), enough);
}

enum gck_status gck_memory_judge_all(unsigned at_once, double bytes, char *message)
{
    const double machine = physical();
    char needed[WORDS], there[WORDS];

    if (machine == 0 || bytes <= machine)
        return GCK_OK;
    return gck_say(message, GCK_EMEMORY,
                   "%u examinations at once take about %s of memory, and this machine has %s; --jobs 1 makes them one after the other",
                   at_once, amount(bytes, needed), amount(machine, there));
}

size_t gck_memory_ceiling(size_t megabytes)
{
    const double wanted = (double)megabytes * megabyte, machine = physical(), spare = 256 * megabyte;
    const double most = machine > wanted ? fmin(2 * wanted, machine) : machine > 0 ? wanted : 2 * wanted;

    return most + spare < (double)SIZE_MAX ? (size_t)(most + spare) : SIZE_MAX;
}
