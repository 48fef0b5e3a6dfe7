/* crew.c -- pieces of work in forked children, several at once. */
#include "core/crew.h"

#include "core/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK = 100 }; /* milliseconds */

void *gck_shared_new(size_t bytes)
{
    void *const memory = mmap(NULL, bytes > 0 ? bytes : 1, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED ? memory : NULL;
}

void gck_shared_free(void *memory, size_t bytes)
{
    if (memory != NULL)
        munmap(memory, bytes > 0 ? bytes : 1);
}

void gck_shared_clear(void *memory, size_t bytes)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)memory;
    const uintptr_t first = (start + page - 1) / page * page, end = (start + bytes) / page * page;

    if (end <= first || madvise((void *)first, end - first, MADV_REMOVE) != 0) {
        memset(memory, 0, bytes);
        return;
    }
    memset(memory, 0, first - start);
    memset((void *)end, 0, start + bytes - end);
}

void gck_shared_ready(void *memory, size_t bytes)
{
#ifdef MADV_POPULATE_READ
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)memory / page * page;

    madvise((void *)start, (uintptr_t)memory + bytes - start, MADV_POPULATE_READ);
#else
    (void)memory, (void)bytes;
#endif
}

/* A child at work. */
struct hand {
    pid_t pid; /* 0: none */
    int end;   /* of a pipe that closes when the child ends */
    bool seated;
    size_t piece;
};

struct roster {
    const struct gck_crew *crew;
    struct hand *hand;
    struct pollfd *poll;
    unsigned hands, busy, unseated;
    volatile unsigned char *done; /* of each piece; shared */
    struct gck_piece *piece;
    size_t pieces, first; /* first: all before it were begun */
    bool *begun;
};

/* ---- in the child ---- */

static _Noreturn void be_hand(const struct roster *roster, size_t piece, pid_t parent)
{
    gck_forked(parent);
    roster->crew->work(roster->crew->context, piece);
    fflush(NULL);
    roster->done[piece] = 1;
    _exit(0);
}

/* ---- in the parent ---- */

static void end(struct roster *roster, size_t piece)
{
    roster->piece[piece].over = true;
    roster->piece[piece].done = roster->done[piece] != 0;
}

static void do_here(struct roster *roster, size_t piece)
{
    roster->crew->work(roster->crew->context, piece);
    roster->done[piece] = 1;
    end(roster, piece);
    if (roster->crew->wait != NULL)
        roster->crew->wait(roster->crew->context);
}

/* False where it has to wait: no hand or no seat is free, or no process can be had while there are others. */
static bool begin(struct roster *roster, size_t piece)
{
    const bool alone = roster->unseated == 0;
    const pid_t parent = getpid();
    struct hand *hand = roster->hand;
    int seat = -1, ends[2] = { -1, -1 };

    if (roster->busy == roster->hands)
        return false;
    while (hand->pid != 0)
        hand++;
    if (!alone && roster->crew->seat != NULL && (seat = roster->crew->seat(roster->crew->seat_context)) < 0)
        return false;
    if (roster->crew->own != NULL && roster->crew->own(roster->crew->context, piece)) {
        do_here(roster, piece);
        if (seat >= 0)
            close(seat);
        return true;
    }
    fflush(NULL);
    hand->pid = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
    if (hand->pid == 0)
        be_hand(roster, piece, parent);
    if (ends[1] >= 0)
        close(ends[1]);
    if (seat >= 0)
        close(seat);
    if (hand->pid < 0) {
        if (ends[0] >= 0)
            close(ends[0]);
        hand->pid = 0;
        if (roster->busy > 0)
            return false;
        do_here(roster, piece);
        return true;
    }
    hand->end = ends[0];
    hand->piece = piece;
    hand->seated = !alone;
    roster->unseated += alone;
    roster->busy++;
    return true;
}

static void look_after(struct roster *roster, struct hand *hand)
{
    struct gck_piece *const piece = &roster->piece[hand->piece];
    const pid_t pid = waitpid(hand->pid, &piece->wait_status, WNOHANG);

    if (pid == 0 || (pid < 0 && errno == EINTR))
        return;
    piece->known = pid > 0; /* a host that ignores SIGCHLD has no news of its children */
    end(roster, hand->piece);
    close(hand->end);
    hand->pid = 0;
    roster->unseated -= !hand->seated;
    roster->busy--;
}

static void wait_for_some(struct roster *roster)
{
    for (unsigned i = 0; i < roster->hands; i++)
        roster->poll[i] = (struct pollfd){ .fd = roster->hand[i].pid != 0 ? roster->hand[i].end : -1,
                                           .events = POLLIN };
    poll(roster->poll, roster->hands, TICK);
    /* the pipe closes a moment before there is anything to wait for */
    for (unsigned i = 0; i < roster->hands; i++)
        if (roster->hand[i].pid != 0 && (roster->poll[i].revents & (POLLHUP | POLLERR)) != 0) {
            siginfo_t ended;

            waitid(P_PID, (id_t)roster->hand[i].pid, &ended, WEXITED | WNOWAIT);
        }
    for (unsigned i = 0; i < roster->hands; i++)
        if (roster->hand[i].pid != 0)
            look_after(roster, &roster->hand[i]);
}

/* The first piece that may begin; `pieces`: none may. */
static size_t next_piece(struct roster *roster)
{
    const struct gck_crew *const crew = roster->crew;
    size_t piece;

    while (roster->first < roster->pieces && roster->begun[roster->first])
        roster->first++;
    piece = roster->first;
    while (piece < roster->pieces
           && (roster->begun[piece] || (crew->ready != NULL && !crew->ready(crew->context, piece))))
        piece++;
    return piece;
}

enum gck_status gck_crew_run(const struct gck_crew *crew, size_t pieces, struct gck_piece *piece)
{
    const size_t most = crew->most > 0 ? crew->most : 1;
    struct roster roster = { .crew = crew, .hands = (unsigned)(most < pieces ? most : pieces), .piece = piece,
                             .pieces = pieces };
    enum gck_status status = GCK_EMEMORY;
    size_t next;

    memset(piece, 0, pieces * sizeof *piece);
    roster.hand = calloc(roster.hands + 1, sizeof *roster.hand);
    roster.poll = calloc(roster.hands + 1, sizeof *roster.poll);
    roster.begun = calloc(pieces + 1, sizeof *roster.begun);
    roster.done = gck_shared_new(pieces);
    if (roster.hand == NULL || roster.poll == NULL || roster.begun == NULL || roster.done == NULL)
        goto done;
    while ((next = next_piece(&roster)) < pieces || roster.busy > 0) {
        if (next < pieces && begin(&roster, next)) {
            roster.begun[next] = true;
            continue;
        }
        wait_for_some(&roster);
        if (crew->wait != NULL)
            crew->wait(crew->context);
    }
    status = GCK_OK;
done:
    gck_shared_free((void *)(uintptr_t)roster.done, pieces);
    free(roster.hand);
    free(roster.poll);
    free(roster.begun);
    return status;
}
