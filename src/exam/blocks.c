/* blocks.c -- the gradient exam's elements in blocks: where there is much to do, each in a process of its own. */
#include "exam/blocks.h"
#include "exam/probed.h"

#include "core/clock.h"
#include "core/crew.h"
#include "core/signals.h"
#include "core/text.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* In numbers that pass through a Forward; a block takes about a hundredth of a second, and where there are many of them, two. */
static const double block_work = 2e7, element_work = 200;

enum { FORWARDS = 3, /* of one element, about */
       MANY = 8,     /* blocks */
       OFTEN = 8,    /* elements between two looks at the clock, where a Forward passes through this many numbers: */
       LARGE = 10000 };

/* Elements first .. first + count - 1 of a claim; or, where claim is ALL, parts of all claims that are judged part by part. */
enum { ALL = 2 * GCK_MAX_PORTS };

struct block {
    unsigned claim;
    size_t first, count;
};

/* What is shared with the children. */
struct board {
    atomic_size_t done; /* elements */
    struct {
        uint64_t rig, slice; /* Forwards that the block took */
    } forwards[];
};

struct judging {
    struct gck_gradient *gradient;
    struct gck_check *check;
    struct block *block;
    size_t blocks, all; /* all: elements */
    double work;        /* of all blocks */
    bool apart;         /* each block in a child */
    struct board *board;
    size_t untold;      /* elements that the board doesn't know of yet */
    double told;        /* when the host was told last */
};

/* ---- how they are cut ---- */

bool gck_blocks_examined(const struct gck_check *check, unsigned claim)
{
    return check->only_claim == check->claims || claim == check->only_claim;
}

/* Is it examined element by element? */
static bool examined(const struct gck_gradient *gradient, unsigned claim)
{
    return gck_blocks_examined(gradient->check, claim)
           && !gck_probed_wanted(gradient, &gradient->check->claim[claim]);
}

static double rig_work(const struct gck_rig *rig)
{
    return FORWARDS * (double)gck_rig_numbers(rig) + element_work;
}

/* n elements or parts, of so much work each. blocks: NULL to count them only. Of an odd number of blocks two processes would have
 * the last one between them. */
static size_t cut(struct block *blocks, unsigned claim, size_t n, double work)
{
    const double least = (double)n * work / block_work, fewer = least > MANY ? fmax(MANY, least / 2) : least;
    const double wanted = 2 * ceil(fewer / 2);
    const size_t parts = wanted < (double)n ? (size_t)wanted : n, size = n / parts, longer = n % parts;

    for (size_t k = 0, first = 0; blocks != NULL && k < parts; k++) {
        blocks[k] = (struct block){ claim, first, size + (k < longer) };
        first += blocks[k].count;
    }
    return parts;
}

static size_t cut_all(struct judging *judging, struct block *blocks)
{
    const struct gck_gradient *const gradient = judging->gradient;
    const struct gck_check *const check = judging->check;
    const double whole = rig_work(gradient->rig), part = rig_work(&gradient->slice);
    size_t of_part = 0, used = 0;

    judging->all = 0;
    judging->work = 0;
    for (unsigned c = 0; c < check->claims; c++)
        if (examined(gradient, c)) {
            const size_t count = check->claim[c].count;

            judging->all += count;
            if (gck_gradient_by_part(gradient, &check->claim[c])) {
                of_part += gck_gradient_part(gradient, &check->claim[c], 0).count;
                judging->work += (double)count * part;
            } else {
                judging->work += (double)count * whole;
            }
        }
    if (of_part > 0)
        used += cut(blocks, ALL, gck_gradient_parts(gradient), (double)of_part * part);
    for (unsigned c = 0; c < check->claims; c++)
        if (examined(gradient, c) && !gck_gradient_by_part(gradient, &check->claim[c]))
            used += cut(blocks != NULL ? blocks + used : NULL, c, check->claim[c].count, whole);
    return used;
}

/* ---- judging them ---- */

static const char *name_of(const struct judging *judging, const struct block *block)
{
    return judging->apart        ? "every element"
           : block->claim != ALL ? judging->check->claim[block->claim].port
           : judging->gradient->positions != NULL ? "position by position" : "sample by sample";
}

static void tell(struct judging *judging, const struct block *block)
{
    if (gck_now() < judging->told + 0.1)
        return;
    judging->told = gck_now();
    gck_check_done(judging->check, "gradient", name_of(judging, block), atomic_load(&judging->board->done), judging->all);
}

/* n more of the claim's elements are done; `together`: so many are judged at once. */
static void count(struct judging *judging, const struct block *block, size_t n, size_t together)
{
    judging->untold += n;
    if (judging->untold < together)
        return;
    atomic_fetch_add(&judging->board->done, judging->untold);
    judging->untold = 0;
    if (!judging->apart)
        tell(judging, block);
}

/* Where a Forward passes through so many numbers. */
static size_t at_once(double forward)
{
    return forward < LARGE ? GCK_ROW : OFTEN;
}

static void judge_elements(struct judging *judging, const struct block *block)
{
    struct gck_claim *const claim = &judging->check->claim[block->claim];
    const size_t together = at_once(rig_work(judging->gradient->rig)), end = block->first + block->count;

    for (size_t first = block->first, now; first < end; first += now) {
        now = end - first < together ? end - first : together;
        gck_gradient_judge_row(judging->gradient, claim, first, now);
        count(judging, block, now, together);
    }
}

static void judge_parts(struct judging *judging, const struct block *block)
{
    struct gck_gradient *const gradient = judging->gradient;
    const size_t together = at_once(rig_work(&gradient->slice));
    struct gck_claim *sliced[2 * GCK_MAX_PORTS];
    size_t elements[2 * GCK_MAX_PORTS];
    size_t largest = 1, at_a_time;
    unsigned many = 0;

    for (unsigned c = 0; c < judging->check->claims; c++)
        if (examined(gradient, c) && gck_gradient_by_part(gradient, &judging->check->claim[c])) {
            sliced[many] = &judging->check->claim[c];
            elements[many] = gck_gradient_part(gradient, sliced[many], 0).count;
            largest = elements[many] > largest ? elements[many] : largest;
            many++;
        }
    at_a_time = largest < together ? together / largest : 1;
    for (size_t part = block->first, end = part + block->count, parts; part < end; part += parts) {
        parts = end - part < at_a_time ? end - part : at_a_time;
        for (unsigned c = 0; c < many; c++) {
            if (largest <= together) {
                gck_gradient_judge_parts(gradient, sliced[c], part, parts);
                count(judging, block, parts * elements[c], together);
                continue;
            }
            for (size_t number = 0, now; number < elements[c]; number += now) {
                now = elements[c] - number < together ? elements[c] - number : together;
                gck_gradient_judge_part(gradient, sliced[c], part, number, now);
                count(judging, block, now, together);
            }
        }
    }
}

/* What is known of elements first .. first + count - 1 will be written. */
static void make_ready(const struct gck_claim *claim, size_t first, size_t count)
{
    gck_shared_ready(claim->numeric + first, count * sizeof *claim->numeric);
    gck_shared_ready(claim->bound + first, count * sizeof *claim->bound);
    gck_shared_ready(claim->step + first, count * sizeof *claim->step);
    gck_shared_ready(claim->verdict + first, count);
    gck_shared_ready(claim->kinked + first, count);
}

/* Of positions, which lie apart, less would be won than asked. */
static void make_block_ready(const struct judging *judging, const struct block *block)
{
    const struct gck_gradient *const gradient = judging->gradient;

    if (block->claim != ALL)
        make_ready(&judging->check->claim[block->claim], block->first, block->count);
    for (unsigned c = 0; c < judging->check->claims && block->claim == ALL && gradient->positions == NULL; c++) {
        const struct gck_claim *const claim = &judging->check->claim[c];

        if (examined(gradient, c) && gck_gradient_by_part(gradient, claim)) {
            const struct gck_run run = gck_gradient_part(gradient, claim, block->first);

            make_ready(claim, run.first, block->count * run.count);
        }
    }
}

static void judge_block(void *context, size_t number)
{
    struct judging *const judging = context;
    struct gck_gradient *const gradient = judging->gradient;
    const struct block *const block = &judging->block[number];
    const uint64_t rig = gradient->rig->forwards, slice = gradient->slice.forwards;
    size_t wrong[2 * GCK_MAX_PORTS] = { 0 }; /* each block's own, as the results do not depend on who judges which */

    if (judging->apart)
        make_block_ready(judging, block);
    gradient->wrong = wrong;
    if (block->claim == ALL)
        judge_parts(judging, block);
    else
        judge_elements(judging, block);
    gradient->wrong = NULL;
    atomic_fetch_add(&judging->board->done, judging->untold);
    judging->untold = 0;
    judging->board->forwards[number].rig = gradient->rig->forwards - rig;
    judging->board->forwards[number].slice = gradient->slice.forwards - slice;
}

static void look_up(void *context)
{
    tell(context, NULL);
}

/* ---- blocks that were lost ---- */

static size_t forget(struct gck_claim *claim, struct gck_run run)
{
    for (size_t k = 0; k < run.count; k++)
        claim->verdict[run.first + k * run.stride] = GCK_NOT_JUDGED;
    return run.count;
}

/* Returns how many elements that were. */
static size_t lose(struct judging *judging, const struct block *block)
{
    struct gck_check *const check = judging->check;
    size_t lost = 0;

    if (block->claim != ALL)
        return forget(&check->claim[block->claim], (struct gck_run){ block->first, 1, block->count });
    for (unsigned c = 0; c < check->claims; c++)
        if (examined(judging->gradient, c) && gck_gradient_by_part(judging->gradient, &check->claim[c]))
            for (size_t part = block->first; part < block->first + block->count; part++)
                lost += forget(&check->claim[c], gck_gradient_part(judging->gradient, &check->claim[c], part));
    return lost;
}

/* "samples 40 to 59", "position 7 of sample 0 to position 3 of sample 1", "elements 40000 to 59999 of score" */
static void tell_which(const struct judging *judging, const struct block *block, char *text, size_t size)
{
    const size_t first = block->first, last = block->first + block->count - 1;
    const bool all = block->claim == ALL;

    if (all && judging->gradient->positions != NULL) {
        const size_t each = judging->gradient->positions->each;

        gck_append(text, size, "position %zu of sample %zu", first % each, first / each);
        if (first < last)
            gck_append(text, size, " to position %zu of sample %zu", last % each, last / each);
        return;
    }
    gck_append(text, size, "%s%s %zu", all ? "sample" : "element", first < last ? "s" : "", first);
    if (first < last)
        gck_append(text, size, " to %zu", last);
    if (!all)
        gck_append(text, size, " of %s", judging->check->claim[block->claim].port);
}

/* "elements 40000 to 59999 of score were not checked: the layer crashed (SIGSEGV, ...) there; 20000 of 1000000 in all" */
static void tell_lost(struct judging *judging, const struct block *block, const struct gck_piece *piece)
{
    char *const text = judging->check->lost;
    const size_t size = sizeof judging->check->lost;

    tell_which(judging, block, text, size);
    gck_append(text, size, "%s not checked: ", block->count == 1 ? " was" : " were");
    if (piece->known && WIFSIGNALED(piece->wait_status)) {
        gck_append(text, size, "the layer crashed (");
        gck_signal_append(text, size, WTERMSIG(piece->wait_status));
        gck_append(text, size, ") there");
    } else if (piece->known) {
        gck_append(text, size, "the layer left by exit(%d) there", WEXITSTATUS(piece->wait_status));
    } else {
        gck_append(text, size, "the process ended in an unknown way there");
    }
}

static void look_at_ends(struct judging *judging, const struct gck_piece *piece)
{
    const struct block *first = NULL;
    size_t lost = 0;

    for (size_t b = 0; b < judging->blocks; b++) {
        judging->gradient->rig->forwards += judging->board->forwards[b].rig;
        judging->gradient->slice.forwards += judging->board->forwards[b].slice;
        if (piece[b].done)
            continue;
        lost += lose(judging, &judging->block[b]);
        if (first == NULL) {
            first = &judging->block[b];
            tell_lost(judging, first, &piece[b]);
        }
    }
    if (lost > 0)
        gck_append(judging->check->lost, sizeof judging->check->lost, "; %zu of %zu elements in all", lost,
                   judging->all);
}

static enum gck_status judge_apart(struct judging *judging)
{
    const struct gck_options *const options = judging->check->options;
    const struct gck_crew crew = { .work = judge_block, .wait = look_up, .context = judging, .most = options->jobs,
                                   .seat = options->seat, .seat_context = options->context };
    struct gck_piece *const piece = calloc(judging->blocks, sizeof *piece);
    const uint64_t rig = judging->gradient->rig->forwards, slice = judging->gradient->slice.forwards;
    enum gck_status status = GCK_EMEMORY;

    if (piece != NULL)
        status = gck_crew_run(&crew, judging->blocks, piece);
    judging->gradient->rig->forwards = rig; /* counted for every block, wherever it ran */
    judging->gradient->slice.forwards = slice;
    if (status == GCK_OK)
        look_at_ends(judging, piece);
    free(piece);
    return status;
}

enum gck_status gck_blocks_judge(struct gck_gradient *gradient, char *message)
{
    struct gck_check *const check = gradient->check;
    struct judging judging = { .gradient = gradient, .check = check };
    enum gck_status status = GCK_OK;
    size_t bytes = 0;

    if (check->only_element != SIZE_MAX) {
        gck_check_doing(check, "gradient", check->claim[check->only_claim].port);
        gck_gradient_judge(gradient, &check->claim[check->only_claim], check->only_element);
        return GCK_OK;
    }
    judging.blocks = cut_all(&judging, NULL);
    if (judging.blocks == 0) /* all are probed */
        return GCK_OK;
    judging.apart = check->options->jobs > 0 && judging.work >= 2 * block_work;
    judging.block = calloc(judging.blocks, sizeof *judging.block);
    bytes = sizeof *judging.board + judging.blocks * sizeof judging.board->forwards[0];
    judging.board = judging.apart ? gck_shared_new(bytes) : calloc(1, bytes);
    if (judging.block == NULL || judging.board == NULL) {
        status = gck_say(message, GCK_EMEMORY, "no memory for %zu blocks of elements", judging.blocks);
        goto done;
    }
    cut_all(&judging, judging.block);
    gck_gradient_learn(gradient);
    for (size_t b = 0; b < judging.blocks && !judging.apart; b++) {
        gck_check_done(check, "gradient", name_of(&judging, &judging.block[b]), atomic_load(&judging.board->done),
                       judging.all);
        judge_block(&judging, b);
    }
    if (judging.apart && (status = judge_apart(&judging)) != GCK_OK)
        gck_say(message, status, "no memory for %zu blocks of elements", judging.blocks);
done:
    if (judging.apart)
        gck_shared_free(judging.board, bytes);
    else
        free(judging.board);
    free(judging.block);
    return status;
}
