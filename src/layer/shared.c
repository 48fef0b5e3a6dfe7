/* shared.c -- what can be told of a shared library before it is loaded. */
#include "layer/shared.h"

#include "core/text.h"
#include "layer/load.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
    const unsigned char *bytes; /* NULL: nothing is mapped */
    size_t size;
};

static enum gck_status image_open(struct image *image, const char *path, const char *name,
                                  char *message)
{
    enum gck_status status = GCK_OK;
    void *mapped = MAP_FAILED;
    struct stat file;
    int fd;

    memset(image, 0, sizeof *image);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &file) != 0)
        status = gck_say(message, GCK_EFILE, "%s cannot be read: %s", name, strerror(errno));
    else if (!S_ISREG(file.st_mode))
        status = gck_say(message, GCK_EFILE, "%s is %s, not a file", name,
                         S_ISDIR(file.st_mode) ? "a folder" : "a device or pipe");
    else if (file.st_size == 0)
        status = gck_say(message, GCK_ELOAD, "%s is not a shared library: it is empty", name);
    else
        mapped = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (status == GCK_OK && mapped == MAP_FAILED)
        status = gck_say(message, GCK_EFILE, "%s cannot be read: %s", name, strerror(errno));
    if (mapped != MAP_FAILED) {
        image->bytes = mapped;
        image->size = (size_t)file.st_size;
    }
    if (fd >= 0)
        close(fd);
    return status;
}

static void image_close(struct image *image)
{
    if (image->bytes != NULL)
        munmap((void *)(uintptr_t)image->bytes, image->size);
}

/* The furthest byte that the tables of the file speak of; SIZE_MAX where they speak nonsense. */
static size_t furthest(const struct image *image, const ElfW(Ehdr) * head)
{
    const uint64_t programs = (uint64_t)head->e_phnum * sizeof(ElfW(Phdr));
    const uint64_t sections = (uint64_t)head->e_shnum * head->e_shentsize;
    uint64_t end = head->e_shoff == 0 ? 0 : head->e_shoff + sections;

    if (head->e_phoff > image->size || programs > image->size - head->e_phoff || end < sections)
        return SIZE_MAX;
    for (unsigned i = 0; i < head->e_phnum; i++) {
        ElfW(Phdr) part;

        memcpy(&part, image->bytes + head->e_phoff + i * sizeof part, sizeof part);
        if (part.p_offset + part.p_filesz < part.p_offset)
            return SIZE_MAX;
        if (part.p_type == PT_LOAD && part.p_offset + part.p_filesz > end)
            end = part.p_offset + part.p_filesz;
    }
    return (size_t)end;
}

static enum gck_status judge(const struct image *image, const char *name, char *message)
{
    const unsigned char *const b = image->bytes;
    ElfW(Ehdr) head;
    size_t end;

    if (image->size < SELFMAG || memcmp(b, ELFMAG, SELFMAG) != 0)
        return gck_say(message, GCK_ELOAD,
                       "%s is not a shared library: it begins with the byte 0x%02x, a library with "
                       "0x7f and \"ELF\"",
                       name, b[0]);
    if (image->size < sizeof head)
        return gck_say(message, GCK_ELOAD, "%s is cut off: %zu bytes, its header alone has %zu",
                       name, image->size, sizeof head);
    memcpy(&head, b, sizeof head);
    if (b[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32))
        return GCK_OK; /* of another machine: the loader has the words for it */
    if (head.e_type != ET_DYN)
        return gck_say(message, GCK_ELOAD,
                       "%s is not a shared library: its ELF type is %u, a library's is %d (was it "
                       "linked with -shared?)",
                       name, head.e_type, ET_DYN);
    end = furthest(image, &head);
    if (end == SIZE_MAX)
        return gck_say(message, GCK_ELOAD, "%s is broken: its tables lie outside of its %zu bytes",
                       name, image->size);
    if (end > image->size)
        return gck_say(message, GCK_ELOAD, "%s is cut off: %zu bytes, its tables speak of %zu",
                       name, image->size, end);
    return GCK_OK;
}

enum gck_status gck_shared_judge(const char *path, const char *name, char *message)
{
    struct image image;
    enum gck_status status = image_open(&image, path, name, message);

    if (status == GCK_OK)
        status = judge(&image, name, message);
    image_close(&image);
    return status;
}

bool gck_shared_holds(const char *path, const char *words)
{
    struct image image;
    const bool found = image_open(&image, path, path, NULL) == GCK_OK
                       && memmem(image.bytes, image.size, words, strlen(words) + 1) != NULL;

    image_close(&image);
    return found;
}

static const char note_mark[] = "\ngradcheck's note: ";

bool gck_shared_write_note(const char *path, const char *note)
{
    FILE *const file = fopen(path, "ab");
    const bool written = file != NULL && fprintf(file, "%s%s%c", note_mark, note, '\0') > 0;

    return file != NULL && fclose(file) == 0 && written;
}

/* It is the last thing in the file. */
bool gck_shared_read_note(const char *path, char *note, size_t size)
{
    enum { MOST = 4096 };
    struct image image;
    const unsigned char *found = NULL;

    if (image_open(&image, path, path, NULL) == GCK_OK && image.bytes[image.size - 1] == '\0') {
        const size_t tail = image.size < MOST ? image.size : MOST;

        found = memmem(image.bytes + image.size - tail, tail, note_mark, sizeof note_mark - 1);
        if (found != NULL)
            gck_copy(note, size, (const char *)found + sizeof note_mark - 1);
    }
    image_close(&image);
    return found != NULL;
}

bool gck_needs_asan(const char *so)
{
    return gck_shared_holds(so, "__asan_init");
}
