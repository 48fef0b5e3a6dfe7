/* complaint.c -- a sanitizer's report, picked line by line from what a child prints. */
#include "worker/child.h"

#include "core/text.h"

#include <string.h>

static void cut_at(char *text, const char *words)
{
    char *const at = strstr(text, words);

    if (at != NULL)
        *at = '\0';
}

/* "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6 at pc 0x5 ..." without what
 * differs from run to run. */
static void take_error(struct gck_complaint *complaint, const char *report)
{
    GCK_COPY(complaint->error, report);
    cut_at(complaint->error, " on address 0x");
    cut_at(complaint->error, " on unknown address");
    cut_at(complaint->error, " at pc 0x");
    cut_at(complaint->error, " (pc 0x");
    cut_at(complaint->error, ": (");
}

static void take_access(struct gck_complaint *complaint, const char *access)
{
    GCK_COPY(complaint->access, access);
    cut_at(complaint->access, " at 0x");
    cut_at(complaint->access, " thread ");
}

/* "    #1 0x7f00 in forward /home/me/my_loss.c:12:5": the function and the place, unless it is the
 * sanitizer's own or has no place. */
static void take_frame(struct gck_complaint *complaint, const char *line)
{
    const char *const in = strstr(line, " in ");

    if (in == NULL || strstr(in, "sanitizer") != NULL || strstr(in, "interceptor") != NULL
        || strchr(in + 4, ' ') == NULL || strchr(in, ':') == NULL || strstr(in, " (") != NULL)
        return;
    GCK_COPY(complaint->frame, in + 4);
}

static bool is_frame(const char *line)
{
    const char *const text = line + strspn(line, " ");

    return text[0] == '#' && text[1] >= '0' && text[1] <= '9';
}

static void take_line(struct gck_complaint *complaint)
{
    const char *const line = complaint->line;
    const char *const error = strstr(line, "ERROR: AddressSanitizer: ");

    if (strstr(line, "std::bad_alloc") != NULL || strstr(line, "hard rss limit exhausted") != NULL)
        complaint->memory = true;
    if (complaint->undefined[0] == '\0' && strstr(line, ": runtime error: ") != NULL)
        GCK_COPY(complaint->undefined, line);
    if (complaint->error[0] == '\0') {
        if (error != NULL)
            take_error(complaint, error + strlen("ERROR: "));
        return;
    }
    if (complaint->access[0] == '\0'
        && (strncmp(line, "READ of size", 12) == 0 || strncmp(line, "WRITE of size", 13) == 0))
        take_access(complaint, line);
    if (complaint->frame[0] == '\0' && is_frame(line))
        take_frame(complaint, line);
}

void gck_complaint_feed(struct gck_complaint *complaint, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
            complaint->line[complaint->length] = '\0';
            take_line(complaint);
            complaint->length = 0;
        } else if (bytes[i] != '\0' && complaint->length + 1 < sizeof complaint->line) {
            complaint->line[complaint->length++] = bytes[i];
        }
    }
}
