/* npy_header.c -- the header of a .npy file: a Python dictionary, read without Python. */
#include "core/npy_header.h"

#include "core/text.h"

#include <inttypes.h>
#include <string.h>

/* How much of the file is quoted in a sentence. */
enum { QUOTE = 24 };

struct parser {
    const char *text;
    size_t length, at;
    uint64_t offset;
    const char *name;
    char *message;
};

/* ---- sentences ---- */

/* The text at a position, as much of it as can be shown: "<c16'" */
static const char *quote(const struct parser *parser, size_t from, size_t length, char *text)
{
    size_t used = 0;

    for (size_t i = from; i < parser->length && i - from < length && used < QUOTE; i++) {
        const char letter = parser->text[i];

        text[used++] = letter >= ' ' && letter <= '~' ? letter : '?';
    }
    text[used] = '\0';
    return text;
}

static enum gck_status wanted(const struct parser *parser, const char *what)
{
    char text[QUOTE + 1];

    if (parser->at >= parser->length)
        return gck_say(parser->message, GCK_EFORMAT,
                       "%s: the header ends at byte %" PRIu64 ", where %s should be", parser->name,
                       parser->offset + parser->at, what);
    return gck_say(parser->message, GCK_EFORMAT,
                   "%s: the header has \"%s\" at byte %" PRIu64 ", where %s should be",
                   parser->name, quote(parser, parser->at, QUOTE, text),
                   parser->offset + parser->at, what);
}

/* ---- pieces ---- */

static void skip_space(struct parser *parser)
{
    while (parser->at < parser->length && parser->text[parser->at] != '\0'
           && strchr(" \t\r\n", parser->text[parser->at]) != NULL)
        parser->at++;
}

/* The letter comes next, perhaps after spaces; then it is passed. */
static bool take(struct parser *parser, char letter)
{
    skip_space(parser);
    if (parser->at >= parser->length || parser->text[parser->at] != letter)
        return false;
    parser->at++;
    return true;
}

static bool take_word(struct parser *parser, const char *word)
{
    const size_t length = strlen(word);

    skip_space(parser);
    if (parser->length - parser->at < length
        || memcmp(parser->text + parser->at, word, length) != 0)
        return false;
    parser->at += length;
    return true;
}

/* 'letters' or "letters": where they begin, and how many there are. */
static bool take_string(struct parser *parser, size_t *from, size_t *length)
{
    const size_t start = parser->at;
    char mark;

    skip_space(parser);
    mark = parser->at < parser->length ? parser->text[parser->at] : '\0';
    if (mark != '\'' && mark != '"')
        return false;
    for (size_t i = parser->at + 1; i < parser->length && parser->text[i] != '\\'; i++)
        if (parser->text[i] == mark) {
            *from = parser->at + 1;
            *length = i - *from;
            parser->at = i + 1;
            return true;
        }
    parser->at = start;
    return false;
}

static bool is_digit(const struct parser *parser)
{
    return parser->at < parser->length && parser->text[parser->at] >= '0'
           && parser->text[parser->at] <= '9';
}

/* ---- values ---- */

static enum gck_status unsupported(const struct parser *parser, size_t from, size_t length)
{
    char text[QUOTE + 1];

    if (memchr(parser->text + from, 'O', length) != NULL)
        return gck_say(parser->message, GCK_EFORMAT,
                       "%s holds pickled Python objects (dtype \"%s\" at byte %" PRIu64
                       "), which are not read: save numbers",
                       parser->name, quote(parser, from, length, text), parser->offset + from);
    return gck_say(parser->message, GCK_EFORMAT,
                   "%s: dtype \"%s\" at byte %" PRIu64
                   " is not read: only f4, f8, i4, i8, u1 and b1 "
                   "are",
                   parser->name, quote(parser, from, length, text), parser->offset + from);
}

static bool is_little_machine(void)
{
    const uint16_t one = 1;
    unsigned char first;

    memcpy(&first, &one, 1);
    return first == 1;
}

static enum gck_status read_descr(struct parser *parser, struct gck_npy_header *header)
{
    static const struct {
        const char *word;
        enum gck_npy_kind kind;
        size_t size;
    } types[] = {
        { "f4", GCK_NPY_F4, 4 }, { "f8", GCK_NPY_F8, 8 }, { "i4", GCK_NPY_I4, 4 },
        { "i8", GCK_NPY_I8, 8 }, { "u1", GCK_NPY_U1, 1 }, { "b1", GCK_NPY_BOOL, 1 },
    };
    size_t from, length, order;
    char mark;

    skip_space(parser);
    if (parser->at < parser->length && parser->text[parser->at] == '[')
        return gck_say(parser->message, GCK_EFORMAT,
                       "%s holds records (at byte %" PRIu64
                       "), not an array of one dtype: only f4, "
                       "f8, i4, i8, u1 and b1 are read",
                       parser->name, parser->offset + parser->at);
    if (!take_string(parser, &from, &length))
        return wanted(parser, "a dtype in quotes");
    mark = length > 0 ? parser->text[from] : '\0';
    order = mark == '<' || mark == '>' || mark == '=' || mark == '|' ? 1 : 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (length - order == 2 && memcmp(parser->text + from + order, types[i].word, 2) == 0) {
            header->kind = types[i].kind;
            header->size = types[i].size;
            header->swapped = mark == (is_little_machine() ? '>' : '<');
            return GCK_OK;
        }
    return unsupported(parser, from, length);
}

static enum gck_status read_order(struct parser *parser, struct gck_npy_header *header)
{
    header->fortran = take_word(parser, "True");
    return header->fortran || take_word(parser, "False") ? GCK_OK : wanted(parser, "True or False");
}

static enum gck_status read_dim(struct parser *parser, size_t *dim)
{
    const size_t start = parser->at;

    *dim = 0;
    for (; is_digit(parser); parser->at++) {
        const size_t digit = (size_t)(parser->text[parser->at] - '0');

        if (*dim > (SIZE_MAX - digit) / 10) {
            char text[QUOTE + 1];

            return gck_say(parser->message, GCK_EFORMAT,
                           "%s: the dim %s... at byte %" PRIu64 " is too large for any memory",
                           parser->name, quote(parser, start, QUOTE, text), parser->offset + start);
        }
        *dim = 10 * *dim + digit;
    }
    if (parser->at < parser->length && parser->text[parser->at] == 'L')
        parser->at++; /* Python 2's long integers */
    return GCK_OK;
}

static enum gck_status read_shape(struct parser *parser, struct gck_npy_header *header)
{
    struct gck_shape *const shape = &header->shape;
    enum gck_status status;
    bool comma = true;

    if (!take(parser, '('))
        return wanted(parser, "a shape in parentheses");
    while (skip_space(parser), is_digit(parser)) {
        if (!comma)
            return wanted(parser, "a comma");
        if (shape->axes == GCK_MAX_AXES)
            return gck_say(parser->message, GCK_EFORMAT,
                           "%s has more than %d axes: one more begins at byte %" PRIu64,
                           parser->name, GCK_MAX_AXES, parser->offset + parser->at);
        status = read_dim(parser, &shape->dim[shape->axes++]);
        if (status != GCK_OK)
            return status;
        comma = take(parser, ',');
    }
    if (shape->axes == 1 && !comma)
        return wanted(parser, "a comma: (3) is a number, (3,) a shape");
    return take(parser, ')') ? GCK_OK : wanted(parser, "a dim or the shape's closing parenthesis");
}

/* ---- the dictionary ---- */

enum key { DESCR, FORTRAN_ORDER, SHAPE, KEYS };

static enum gck_status read_key(struct parser *parser, bool *seen, enum key *key)
{
    static const char *const name[KEYS] = { "descr", "fortran_order", "shape" };
    const size_t start = parser->at;
    size_t from, length;
    unsigned found;

    if (!take_string(parser, &from, &length))
        return wanted(parser, "a key in quotes or the closing }");
    for (found = 0; found < KEYS; found++)
        if (strlen(name[found]) == length && memcmp(parser->text + from, name[found], length) == 0)
            break;
    *key = (enum key)found;
    if (found == KEYS || seen[found]) {
        parser->at = start;
        return wanted(parser,
                      found == KEYS ? "one of descr, fortran_order and shape" : "a new key");
    }
    seen[found] = true;
    return take(parser, ':') ? GCK_OK : wanted(parser, "a colon");
}

static enum gck_status read_entry(struct parser *parser, struct gck_npy_header *header, bool *seen)
{
    enum key key = KEYS;
    const enum gck_status status = read_key(parser, seen, &key);

    if (status != GCK_OK)
        return status;
    return key == DESCR           ? read_descr(parser, header)
           : key == FORTRAN_ORDER ? read_order(parser, header)
                                  : read_shape(parser, header);
}

enum gck_status gck_npy_header_read(struct gck_npy_header *header, const char *text, size_t length,
                                    uint64_t offset, const char *name, char *message)
{
    struct parser parser = { text, length, 0, offset, name, message };
    bool seen[KEYS] = { false }, comma = true;

    memset(header, 0, sizeof *header);
    if (!take(&parser, '{'))
        return wanted(&parser, "an opening {");
    while (!take(&parser, '}')) {
        enum gck_status status;

        if (!comma)
            return wanted(&parser, "a comma or the closing }");
        status = read_entry(&parser, header, seen);
        if (status != GCK_OK)
            return status;
        comma = take(&parser, ',');
    }
    skip_space(&parser);
    if (parser.at < parser.length)
        return wanted(&parser, "nothing but spaces");
    if (!seen[DESCR] || !seen[FORTRAN_ORDER] || !seen[SHAPE])
        return gck_say(message, GCK_EFORMAT, "%s: the header at byte %" PRIu64 " has no \"%s\"",
                       name, offset,
                       !seen[DESCR]   ? "descr"
                       : !seen[SHAPE] ? "shape"
                                      : "fortran_order");
    return GCK_OK;
}
