/* map.c -- where in a blob elements disagree: in a few words, and as a picture of its shape. */
#include "report/map.h"

#include "core/text.h"
#include "report/words.h"

#include <string.h>

enum { LABELLED = 13, WORDS = 160, LEGEND = 6 };

char gck_map_symbol(unsigned char cell)
{
    static const char symbol[] = { ' ', [1 + GCK_AGREE] = '.', [1 + GCK_DISAGREE] = 'X',
                                   [1 + GCK_KINK] = 'k', [1 + GCK_CANNOT_TELL] = '?' };

    return symbol[cell];
}

/* ---- in words ---- */

/* What an index of the axis is called; NULL: there is no word for it. */
static const char *noun(const struct gck_port_result *port, unsigned axis)
{
    if (axis == 0)
        return port->weight ? "row" : "sample";
    if (axis == 1)
        return port->shape.axes == 2 ? "column" : "channel";
    return axis == 2 && port->shape.axes == 3 ? "position" : NULL;
}

static void tell_axis(const struct gck_port_result *port, unsigned axis, char *text, size_t size)
{
    const struct gck_places *const at = &port->map.axis[axis];
    const size_t dim = port->shape.dim[axis];
    const char *const word = noun(port, axis), *const comma = text[0] != '\0' ? ", " : "only in ";
    char name[32];

    snprintf(name, sizeof name, word != NULL ? "%s" : "%s of axis %u", word != NULL ? word : "index", axis);
    if (at->wrong == 0 || at->wrong == dim)
        return;
    if (at->wrong == 1)
        gck_append(text, size, "%s%s %zu%s", comma, name, at->first, at->first + 1 == dim ? ", the last" : "");
    else if (at->step == 1)
        gck_append(text, size, "%s%ss %zu to %zu", comma, name, at->first, at->last);
    else if (at->wrong == 2)
        gck_append(text, size, "%s%ss %zu and %zu", comma, name, at->first, at->last);
    else if (at->step > 1 && at->first < at->step && at->last + at->step >= dim)
        gck_append(text, size, "%severy %zu%s %s, from %zu on", comma, at->step,
                   at->step == 2   ? "nd"
                   : at->step == 3 ? "rd"
                                   : "th",
                   name, at->first);
    else if (axis == 0)
        gck_append(text, size, "%s%zu of %zu %ss", comma, at->wrong, dim, name);
}

char *gck_map_words(const struct gck_port_result *port, char *text, size_t size)
{
    text[0] = '\0';
    if (port->many) /* not all of those that are wrong were located */
        return text;
    if (port->disagree == 1 && port->shape.axes > 1) {
        struct gck_element element = { 0 };
        char name[WORDS];

        for (unsigned a = 0; a < port->shape.axes; a++)
            element.index[a] = port->map.axis[a].first;
        gck_append(text, size, "only in %s", gck_index_text("", port->shape.axes, &element, name, sizeof name));
        return text;
    }
    for (unsigned a = 0; a < port->shape.axes; a++)
        tell_axis(port, a, text, size);
    return text;
}

/* ---- as a picture ---- */

bool gck_map_tells(const struct gck_port_result *port)
{
    return port->probed == 0 && port->disagree > 0 && port->disagree < port->elements
           && port->map.rows * port->map.columns > 1;
}

/* Cells between two gaps; 0: no gaps. A gap stands where the second axis moves on. */
static size_t group(const struct gck_port_result *port)
{
    size_t inner = 1;

    for (unsigned a = 2; a < port->shape.axes; a++)
        inner *= port->shape.dim[a];
    if (inner % port->map.wide != 0 || inner / port->map.wide < 2)
        return 0;
    inner /= port->map.wide;
    return port->map.columns + port->map.columns / inner <= GCK_MAP_COLUMNS ? inner : 0;
}

/* The symbols in use, and what a row and a column is; as lines of `text`. */
static unsigned write_legend(const struct gck_port_result *port, char text[LEGEND][WORDS])
{
    static const char *const meaning[] = { "", "agrees", "disagrees", "at a kink", "could not be told" };
    const struct gck_map *const map = &port->map;
    bool used[1 + GCK_CANNOT_TELL + 1] = { false };
    unsigned lines = 0;

    for (unsigned r = 0; r < map->rows; r++)
        for (unsigned c = 0; c < map->columns; c++)
            used[map->cell[r][c]] = true;
    memset(text, 0, LEGEND * sizeof *text);
    if (map->rows > 1)
        gck_append(text[lines++], WORDS, "a row is %s%zu %s%s", map->tall == 1 ? "" : "up to ", map->tall,
                   port->weight ? "row" : "sample", map->tall == 1 ? "" : "s");
    if (map->wide > 1)
        gck_append(text[lines++], WORDS, "a letter is up to %zu elements: the worst", map->tall * map->wide);
    else if (map->tall > 1)
        gck_append(text[lines++], WORDS, "a letter is the worst of them");
    for (unsigned cell = 1 + GCK_DISAGREE; cell <= 1 + GCK_CANNOT_TELL; cell++)
        if (used[cell])
            gck_append(text[lines++], WORDS, "%c %s", gck_map_symbol((unsigned char)cell), meaning[cell]);
    if (used[1 + GCK_AGREE])
        gck_append(text[lines++], WORDS, ". agrees");
    return lines;
}

static size_t write_row(const struct gck_page *page, const struct gck_port_result *port, unsigned r)
{
    const size_t gap = group(port);
    size_t column = LABELLED;

    if (port->map.rows > 1)
        column += (size_t)fprintf(page->file, "%-4zu", r * port->map.tall);
    for (unsigned c = 0; c < port->map.columns; c++) {
        if (gap > 0 && c > 0 && c % gap == 0) {
            putc(' ', page->file);
            column++;
        }
        putc(gck_map_symbol(port->map.cell[r][c]), page->file);
        column++;
    }
    return column;
}

void gck_map_write(const struct gck_page *page, const struct gck_port_result *port)
{
    const struct gck_map *const map = &port->map;
    const size_t gap = group(port);
    const size_t end = (size_t)LABELLED + (map->rows > 1 ? 4 : 0) + map->columns + (gap > 0 ? (map->columns - 1) / gap : 0);
    char legend[LEGEND][WORDS], whole[LEGEND * WORDS] = "";
    const unsigned lines = write_legend(port, legend);
    bool beside = lines <= map->rows;

    for (unsigned i = 0; i < lines; i++) {
        beside = beside && end + 3 + strlen(legend[i]) <= GCK_PAGE_WIDTH;
        gck_append(whole, sizeof whole, "%s%s", i > 0 ? ", " : "", legend[i]);
    }
    if (!beside)
        gck_page_labelled(page, "map", whole);
    for (unsigned r = 0; r < map->rows; r++) {
        size_t column;

        fprintf(page->file, "  %-*s", LABELLED - 2, beside && r == 0 ? "map" : "");
        column = write_row(page, port, r);
        if (beside && r < lines) {
            gck_page_space(page, end + 3 - column);
            fputs(legend[r], page->file);
        }
        putc('\n', page->file);
    }
}
