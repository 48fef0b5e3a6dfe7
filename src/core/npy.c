/* npy.c -- arrays from NumPy's .npy files, versions 1 to 3. */
#include "core/npy.h"

#include "core/npy_header.h"
#include "core/text.h"
#include "gradcheck/layer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC = 6, /* bytes of "\x93NUMPY" */
    LONGEST_HEADER = 1 << 20,
    CHUNK = 1 << 16, /* a multiple of every element's size */
    NAME = 200       /* so that the sentence has room beside a long path */
};

struct npy {
    FILE *file;
    uint64_t size, at; /* of the file, and how much of it was read */
    char name[NAME];
    char *message;
    struct gck_npy_header header;
    size_t count;
};

/* The end of a path tells more than its beginning. */
static void set_name(struct npy *npy, const char *path)
{
    const size_t length = strlen(path);

    if (length < NAME)
        memcpy(npy->name, path, length + 1);
    else
        snprintf(npy->name, NAME, "...%s", path + length - (NAME - 4));
}

/* ---- the file ---- */

static enum gck_status unreadable(const struct npy *npy, int error)
{
    return gck_say(npy->message, GCK_EFILE, "%s cannot be read: %s", npy->name, strerror(error));
}

static enum gck_status open_file(struct npy *npy, const char *path)
{
    const int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait for its writer */
    enum gck_status status = GCK_OK;
    struct stat file;

    if (fd < 0)
        return unreadable(npy, errno);
    if (fstat(fd, &file) != 0)
        status = unreadable(npy, errno);
    else if (S_ISDIR(file.st_mode))
        status = unreadable(npy, EISDIR);
    else if (!S_ISREG(file.st_mode))
        status = gck_say(npy->message, GCK_EFILE,
                         "%s cannot be read: it is a device or a pipe, not a file", npy->name);
    else if ((npy->file = fdopen(fd, "rb")) == NULL)
        status = unreadable(npy, errno);
    if (npy->file == NULL)
        close(fd);
    else
        npy->size = (uint64_t)file.st_size;
    return status;
}

static enum gck_status cut_off(const struct npy *npy, const char *what, uint64_t wanted)
{
    return gck_say(npy->message, GCK_EFORMAT,
                   "%s is cut off: %s takes %" PRIu64 " bytes from byte %" PRIu64
                   " on, and the file has %" PRIu64,
                   npy->name, what, wanted, npy->at, npy->size);
}

static enum gck_status read_bytes(struct npy *npy, void *bytes, size_t count, const char *what)
{
    if (count > npy->size - npy->at)
        return cut_off(npy, what, count);
    errno = 0;
    if (fread(bytes, 1, count, npy->file) != count)
        return ferror(npy->file) ? unreadable(npy, errno)
                                 : gck_say(npy->message, GCK_EFILE,
                                           "%s became shorter while it was read, at byte %" PRIu64,
                                           npy->name, npy->at);
    npy->at += count;
    return GCK_OK;
}

/* ---- what stands before the numbers ---- */

static enum gck_status read_preamble(struct npy *npy, size_t *length)
{
    unsigned char byte[MAGIC + 2], number[4] = { 0 };
    enum gck_status status = read_bytes(npy, byte, sizeof byte, "the beginning of a .npy file");

    if (status != GCK_OK)
        return status;
    if (memcmp(byte, "\x93NUMPY", MAGIC) != 0)
        return gck_say(
            npy->message, GCK_EFORMAT,
            "%s is not a .npy file: it begins with the bytes %02x %02x %02x %02x %02x %02x, "
            "wanted 93 4e 55 4d 50 59",
            npy->name, byte[0], byte[1], byte[2], byte[3], byte[4], byte[5]);
    if (byte[MAGIC] < 1 || byte[MAGIC] > 3)
        return gck_say(npy->message, GCK_EFORMAT,
                       "%s has version %u.%u (at byte %d), versions 1 to 3 are read", npy->name,
                       byte[MAGIC], byte[MAGIC + 1], MAGIC);
    status = read_bytes(npy, number, byte[MAGIC] == 1 ? 2 : 4, "the length of the header");
    *length = (size_t)number[0] | (size_t)number[1] << 8 | (size_t)number[2] << 16
              | (size_t)number[3] << 24;
    return status;
}

static enum gck_status read_header(struct npy *npy)
{
    const uint64_t length_at = npy->at + MAGIC + 2;
    size_t length = 0;
    enum gck_status status = read_preamble(npy, &length);
    uint64_t begin;
    char *text;

    if (status != GCK_OK)
        return status;
    if (length > npy->size - npy->at)
        return cut_off(npy, "the header", length);
    if (length > LONGEST_HEADER)
        return gck_say(npy->message, GCK_EFORMAT,
                       "%s has a header of %zu bytes (says byte %" PRIu64 "), at most %d are read",
                       npy->name, length, length_at, LONGEST_HEADER);
    begin = npy->at;
    text = malloc(length + 1);
    if (text == NULL)
        return gck_say(npy->message, GCK_EMEMORY, "no memory for the header of %s", npy->name);
    status = read_bytes(npy, text, length, "the header");
    if (status == GCK_OK)
        status = gck_npy_header_read(&npy->header, text, length, begin, npy->name, npy->message);
    free(text);
    return status;
}

/* The shape against the bytes that are there, before anything is allocated for it. */
static enum gck_status judge_length(struct npy *npy)
{
    const struct gck_npy_header *const header = &npy->header;
    const uint64_t there = npy->size - npy->at;
    char shape[GCK_SHAPE_TEXT];
    uint64_t count = 1;

    gck_shape_text(&header->shape, shape);
    for (unsigned axis = 0; axis < header->shape.axes; axis++) {
        const uint64_t dim = header->shape.dim[axis];

        if (dim == 0)
            return gck_say(npy->message, GCK_EDATA,
                           "%s has shape %s: axis %u is 0 long, it holds no number", npy->name,
                           shape, axis);
        if (count > UINT64_MAX / header->size / dim)
            return gck_say(npy->message, GCK_EFORMAT,
                           "%s has shape %s, which no memory can hold, and %" PRIu64
                           " bytes from byte %" PRIu64 " on",
                           npy->name, shape, there, npy->at);
        count *= dim;
    }
    if (count * header->size != there)
        return gck_say(npy->message, GCK_EFORMAT,
                       "%s %s: shape %s of %zu bytes each takes %" PRIu64
                       " bytes from byte %" PRIu64 " on, and %" PRIu64 " are there",
                       npy->name, count * header->size > there ? "is cut off" : "is too long",
                       shape, header->size, count * header->size, npy->at, there);
    if (count > SIZE_MAX / sizeof(double))
        return gck_say(npy->message, GCK_EMEMORY, "no memory for %s: %" PRIu64 " numbers",
                       npy->name, count);
    npy->count = (size_t)count;
    return GCK_OK;
}

/* ---- the numbers ---- */

/* Where the file's element k belongs, element after element. */
struct walk {
    size_t index[GCK_MAX_AXES], stride[GCK_MAX_AXES], flat;
};

static void walk_begin(struct walk *walk, const struct gck_shape *shape)
{
    size_t stride = 1;

    memset(walk, 0, sizeof *walk);
    for (unsigned axis = shape->axes; axis-- > 0; stride *= shape->dim[axis])
        walk->stride[axis] = stride;
}

/* fortran: the first axis goes fastest, otherwise the last. */
static void walk_on(struct walk *walk, const struct gck_shape *shape, bool fortran)
{
    for (unsigned i = 0; i < shape->axes; i++) {
        const unsigned axis = fortran ? i : shape->axes - 1 - i;

        walk->flat += walk->stride[axis];
        if (++walk->index[axis] < shape->dim[axis])
            return;
        walk->flat -= walk->stride[axis] * shape->dim[axis];
        walk->index[axis] = 0;
    }
}

static enum gck_status refuse(const struct npy *npy, const struct walk *walk, size_t k,
                              const char *value, const char *why)
{
    char index[GCK_SHAPE_TEXT] = "";

    for (unsigned axis = 0; axis < npy->header.shape.axes; axis++)
        gck_append(index, sizeof index, "%s%zu", axis > 0 ? "," : "", walk->index[axis]);
    return gck_say(npy->message, GCK_EDATA, "%s holds %s at [%s] (byte %" PRIu64 "): %s", npy->name,
                   value, index, npy->at + (uint64_t)k * npy->header.size, why);
}

static enum gck_status read_chunk(struct npy *npy, unsigned char *chunk, size_t elements,
                                  struct walk *walk, double *value)
{
    const struct gck_npy_header *const header = &npy->header;
    enum gck_status status = read_bytes(npy, chunk, elements * header->size, "the data");

    if (status != GCK_OK)
        return status;
    npy->at -= elements * header->size; /* for the byte in the sentence */
    for (size_t k = 0; k < elements; k++) {
        char words[GCK_NUMBER_TEXT];
        const char *const why =
            gck_npy_value(header, chunk + k * header->size, &value[walk->flat], words);

        if (why != NULL)
            return refuse(npy, walk, k, words, why);
        walk_on(walk, &header->shape, header->fortran);
    }
    npy->at += elements * header->size;
    return GCK_OK;
}

static enum gck_status read_data(struct npy *npy, double *value)
{
    unsigned char *const chunk = malloc(CHUNK);
    const size_t most = CHUNK / npy->header.size;
    enum gck_status status = GCK_OK;
    struct walk walk;

    if (chunk == NULL)
        return gck_say(npy->message, GCK_EMEMORY, "no memory to read %s", npy->name);
    walk_begin(&walk, &npy->header.shape);
    for (size_t left = npy->count; status == GCK_OK && left > 0;) {
        const size_t elements = left < most ? left : most;

        status = read_chunk(npy, chunk, elements, &walk, value);
        left -= elements;
    }
    free(chunk);
    return status;
}

/* Up to the first number. */
static enum gck_status begin(struct npy *npy, const char *path)
{
    enum gck_status status;

    set_name(npy, path);
    status = open_file(npy, path);
    if (status == GCK_OK)
        status = read_header(npy);
    return status == GCK_OK ? judge_length(npy) : status;
}

enum gck_status gck_npy_shape(const char *path, struct gck_shape *shape, char *message)
{
    struct npy npy = { .message = message };
    const enum gck_status status = begin(&npy, path);

    if (status == GCK_OK)
        *shape = npy.header.shape;
    if (npy.file != NULL)
        fclose(npy.file);
    return status;
}

enum gck_status gck_npy_read(const char *path, struct gck_shape *shape, double **value,
                             char *message)
{
    struct npy npy = { .message = message };
    enum gck_status status = begin(&npy, path);

    *value = NULL;
    if (status != GCK_OK)
        goto done;
    *shape = npy.header.shape;
    *value = malloc(npy.count * sizeof **value);
    status = *value == NULL ? gck_say(message, GCK_EMEMORY, "no memory for %s: %zu numbers",
                                      npy.name, npy.count)
                            : read_data(&npy, *value);
done:
    if (status != GCK_OK) {
        free(*value);
        *value = NULL;
    }
    if (npy.file != NULL)
        fclose(npy.file);
    return status;
}
