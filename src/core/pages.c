/* pages.c -- memory for arrays that may be large. */
#include "core/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ALIGNMENT = 64, LARGE = 1 << 20 };

/* What stands before the array. */
struct head {
    void *start;
    size_t mapped; /* bytes; 0: start is calloc's */
};

static __thread bool reserving;
static __thread struct rlimit before;

void gck_pages_reserve(bool on)
{
    if (on)
        reserving = getrlimit(RLIMIT_AS, &before) == 0;
    else if (reserving) {
        setrlimit(RLIMIT_AS, &before);
        reserving = false;
    }
}

/* Whatever else the process asks for meets the limit where it did. */
static void make_way(size_t bytes)
{
    struct rlimit limit;

    if (!reserving || getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    limit.rlim_cur = limit.rlim_max - limit.rlim_cur > bytes ? limit.rlim_cur + bytes : limit.rlim_max;
    setrlimit(RLIMIT_AS, &limit);
}

void *gck_pages_new(size_t bytes)
{
    struct head head = { .start = NULL, .mapped = 0 };
    char *memory;

    if (bytes > SIZE_MAX - 2 * ALIGNMENT)
        return NULL;
    if (bytes < LARGE) {
        head.start = calloc(1, bytes + 2 * ALIGNMENT);
        if (head.start == NULL)
            return NULL;
    } else {
        head.mapped = bytes + 2 * ALIGNMENT;
        make_way(head.mapped + (size_t)sysconf(_SC_PAGESIZE));
        head.start = mmap(NULL, head.mapped, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | (reserving ? MAP_NORESERVE : 0), -1, 0);
        if (head.start == MAP_FAILED)
            return NULL;
    }
    memory = (char *)head.start + sizeof head;
    memory += (ALIGNMENT - (uintptr_t)memory % ALIGNMENT) % ALIGNMENT;
    memcpy(memory - sizeof head, &head, sizeof head);
    return memory;
}

void gck_pages_free(void *memory)
{
    struct head head;

    if (memory == NULL)
        return;
    memcpy(&head, (char *)memory - sizeof head, sizeof head);
    if (head.mapped > 0)
        munmap(head.start, head.mapped);
    else
        free(head.start);
}

void gck_pages_forget(void *part, size_t bytes)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)part;
    const uintptr_t first = (start + page - 1) / page * page, end = (start + bytes) / page * page;

    if (bytes >= LARGE && end > first)
        madvise((void *)first, end - first, MADV_DONTNEED);
}
