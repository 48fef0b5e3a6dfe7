/* pages.c -- memory for arrays that may be large. */
#include "core/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ALIGNMENT = 64, LARGE = 1 << 20, HUGE_PAGE = 1 << 21, TRIED = 1 << 14 };

/* What stands before the array: of a mapped one at the end of a page of its own, so that the array begins where a huge page may. */
struct head {
    void *start;
    size_t mapped; /* bytes; 0: start is calloc's */
};

static __thread bool reserving;
static __thread struct rlimit before;
static __thread bool lacking;

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

/* Maps `bytes` and a page before them. Those that are long enough begin at a multiple of HUGE_PAGE and end at one where that is
 * little more: then they take huge pages, each of which is one fault and not 512. NULL where there is no room. */
static char *map(size_t bytes, struct head *head)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), over = HUGE_PAGE - 1;
    const size_t rounded = (bytes + over) & ~over, whole = rounded - bytes <= bytes / 64 ? rounded : bytes;
    const bool huge = !reserving && whole >= HUGE_PAGE;
    const size_t wanted = ((huge ? whole : bytes) + page - 1) / page * page, room = wanted + page + (huge ? over : 0);
    char *start, *array;

    make_way(room);
    start = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (reserving ? MAP_NORESERVE : 0), -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    array = start + page;
    if (huge) {
        char *const end = start + room;

        array = (char *)(((uintptr_t)array + over) & ~(uintptr_t)over);
        if (array - page > start)
            munmap(start, (size_t)(array - page - start));
        if (end > array + wanted)
            munmap(array + wanted, (size_t)(end - array) - wanted);
        madvise(array, wanted, MADV_HUGEPAGE);
    }
    *head = (struct head){ array - page, wanted + page };
    return array;
}

void *gck_pages_lack(void)
{
    lacking = lacking || !reserving;
    return NULL;
}

bool gck_pages_lacked(void)
{
    const bool was = lacking;

    lacking = false;
    return was;
}

void *gck_pages_new(size_t bytes)
{
    struct head head = { .start = NULL, .mapped = 0 };
    char *memory;

    if (bytes > SIZE_MAX / 2)
        return gck_pages_lack();
    if (bytes < (reserving ? TRIED : LARGE)) {
        head.start = calloc(1, bytes + 2 * ALIGNMENT);
        if (head.start == NULL)
            return gck_pages_lack();
        memory = (char *)head.start + sizeof head;
        memory += (ALIGNMENT - (uintptr_t)memory % ALIGNMENT) % ALIGNMENT;
    } else {
        memory = map(bytes, &head);
        if (memory == NULL)
            return gck_pages_lack();
    }
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

void gck_pages_trim(void *memory, size_t bytes)
{
    const size_t over = HUGE_PAGE - 1, first = (bytes + over) & ~over; /* a huge page of which a part goes is in pieces */
    struct head head;
    size_t all;

    if (memory == NULL)
        return;
    memcpy(&head, (char *)memory - sizeof head, sizeof head);
    if (head.mapped == 0)
        return;
    all = (size_t)((char *)head.start + head.mapped - (char *)memory);
    if (first < all)
        madvise((char *)memory + first, all - first, MADV_DONTNEED);
}

void gck_pages_forget(void *memory)
{
    gck_pages_trim(memory, 0);
}
