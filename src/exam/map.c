/* map.c -- the verdicts of a port's elements as a small picture in the blob's shape. */
#include "exam/gradient.h"

#include "core/blob.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many elements of an axis a cell stands for, so that at most `most` cells are needed; where possible cells
 * end where the inner axes do. */
static size_t fold(size_t length, size_t inner, size_t most)
{
    const size_t least = (length + most - 1) / most;

    for (size_t each = least; each < 2 * least; each++)
        if (inner % each == 0 || each % inner == 0)
            return each;
    return least;
}

/* 0 where it was not asked, else 1 + the verdict. */
static unsigned char told(const struct gck_claim *claim, size_t i)
{
    if (claim->verdict[i] == GCK_PROBED || (claim->verdict[i] == GCK_AGREE && isnan(claim->bound[i])))
        return 0;
    return (unsigned char)(claim->verdict[i] + 1);
}

static int rank(unsigned char cell)
{
    static const int rank[] = { 0, [1 + GCK_AGREE] = 1, [1 + GCK_KINK] = 2, [1 + GCK_CANNOT_TELL] = 3,
                                [1 + GCK_DISAGREE] = 4 };

    return rank[cell];
}

/* Which indices of the axis have an element that disagrees. */
static void find_places(const struct gck_claim *claim, unsigned axis, bool *has, struct gck_places *places)
{
    size_t before = 0;

    memset(places, 0, sizeof *places);
    memset(has, 0, claim->shape.dim[axis] * sizeof *has);
    for (size_t i = 0; i < claim->count; i++)
        if (claim->verdict[i] == GCK_DISAGREE) {
            size_t index[GCK_MAX_AXES];

            gck_shape_index(&claim->shape, i, index);
            has[index[axis]] = true;
        }
    for (size_t k = 0; k < claim->shape.dim[axis]; k++) {
        if (!has[k])
            continue;
        if (places->wrong == 0)
            places->first = k;
        else if (places->wrong == 1)
            places->step = k - before;
        else if (places->step != k - before)
            places->step = 0;
        places->wrong++;
        places->last = before = k;
    }
}

void gck_map_fill(const struct gck_claim *claim, size_t only, struct gck_map *map)
{
    size_t rows = claim->shape.axes > 0 ? claim->shape.dim[0] : 1, columns, inner = 1, longest = 1;
    bool *has, wrong = false;

    memset(map, 0, sizeof *map);
    if (claim->count == 0)
        return;
    columns = claim->count / rows;
    for (unsigned a = 2; a < claim->shape.axes; a++)
        inner *= claim->shape.dim[a];
    if (columns == 1) { /* one number per sample: they stand beside each other */
        columns = rows;
        rows = 1;
    }
    map->tall = fold(rows, 1, GCK_MAP_ROWS);
    map->wide = fold(columns, inner, GCK_MAP_COLUMNS);
    map->rows = (unsigned)((rows + map->tall - 1) / map->tall);
    map->columns = (unsigned)((columns + map->wide - 1) / map->wide);
    for (size_t r = 0; r < rows; r++)
        for (size_t begin = 0, i = r * columns; begin < columns; begin += map->wide) {
            const size_t end = r * columns + (begin + map->wide < columns ? begin + map->wide : columns);
            unsigned char *const cell = &map->cell[r / map->tall][begin / map->wide];

            for (; i < end; i++) {
                unsigned char value;

                if (claim->verdict[i] == GCK_AGREE && *cell != 0)
                    continue; /* there is no lower rank */
                value = only == SIZE_MAX || only == i ? told(claim, i) : 0;
                if (value != *cell && rank(value) > rank(*cell))
                    *cell = value;
                wrong = wrong || claim->verdict[i] == GCK_DISAGREE;
            }
        }
    if (!wrong)
        return;
    for (unsigned a = 0; a < claim->shape.axes; a++)
        longest = claim->shape.dim[a] > longest ? claim->shape.dim[a] : longest;
    has = malloc(longest * sizeof *has);
    for (unsigned a = 0; has != NULL && a < claim->shape.axes; a++)
        find_places(claim, a, has, &map->axis[a]);
    free(has);
}
