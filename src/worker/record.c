/* record.c -- the record that a worker sends: written message by message, read byte by byte. */
#include "worker/record.h"

#include "core/text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { MAGIC = 0x6b636721 };

static bool write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;

    while (length > 0) {
        const ssize_t written = write(fd, at, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        length -= (size_t)written;
    }
    return true;
}

bool gck_record_send(int fd, enum gck_record_kind kind, const void *bytes, size_t length)
{
    struct gck_record record;
    const size_t head = sizeof record.head;
    char whole[sizeof record.head + GCK_MESSAGE_SIZE]; /* a mark goes at once: each write may wake the parent */

    memset(&record.head, 0, head);
    record.head.magic = MAGIC;
    record.head.kind = (uint32_t)kind;
    record.head.length = length;
    if (length > GCK_MESSAGE_SIZE)
        return write_all(fd, &record.head, head) && write_all(fd, bytes, length);
    memcpy(whole, &record.head, head);
    memcpy(whole + head, bytes, length);
    return write_all(fd, whole, head + length);
}

bool gck_record_mark(int fd, const char *doing, size_t done, size_t of)
{
    const struct gck_count count = { done, of };
    char body[sizeof count + GCK_DOING_SIZE];
    const size_t length = strlen(doing), kept = length < GCK_DOING_SIZE ? length : GCK_DOING_SIZE - 1;

    memcpy(body, &count, sizeof count);
    memcpy(body + sizeof count, doing, kept);
    return gck_record_send(fd, GCK_RECORD_MARK, body, sizeof count + kept);
}

bool gck_record_result(int fd, enum gck_record_kind kind, const struct gck_result *result, size_t length)
{
    char packed[GCK_PACKED_MOST(sizeof *result)];

    return gck_record_send(fd, kind, packed, gck_pack(result, length, packed));
}

/* ---- is a result sound? The worker may have overwritten it before it was sent. ---- */

#define ENDED(field) (memchr(field, '\0', sizeof(field)) != NULL)

/* A bool is looked at as a byte: reading one that is neither 0 nor 1 is undefined. */
static bool is_bool(const bool *value)
{
    unsigned char byte;

    memcpy(&byte, value, 1);
    return byte <= 1;
}

static bool sound_shape(const struct gck_shape *shape)
{
    return shape->axes <= GCK_MAX_AXES;
}

static bool sound_exam(const struct gck_exam *exam)
{
    return (unsigned)exam->answer <= GCK_NOT_APPLICABLE && ENDED(exam->why);
}

static bool sound_finding(const struct gck_finding *finding)
{
    bool sound = (unsigned)finding->severity <= GCK_SEVERE && ENDED(finding->port)
                 && ENDED(finding->measured) && ENDED(finding->excluded) && ENDED(finding->hint) && ENDED(finding->meaning)
                 && ENDED(finding->law) && ENDED(finding->what) && is_bool(&finding->has_ratio)
                 && is_bool(&finding->doubtful)
                 && finding->worsts <= GCK_WORST;

    for (unsigned i = 0; sound && i < finding->worsts; i++)
        sound = (unsigned)finding->worst[i].verdict <= GCK_PROBED;
    return sound;
}

static bool sound_map(const struct gck_map *map)
{
    bool sound = map->rows <= GCK_MAP_ROWS && map->columns <= GCK_MAP_COLUMNS;

    for (unsigned r = 0; sound && r < map->rows; r++)
        for (unsigned c = 0; c < map->columns; c++)
            sound = sound && map->cell[r][c] <= 1 + GCK_CANNOT_TELL;
    return sound;
}

static bool sound_ports(const struct gck_result *result)
{
    bool sound = result->bottoms <= GCK_MAX_PORTS && result->ports <= GCK_MAX_PORTS;

    for (unsigned i = 0; sound && i < result->bottoms; i++)
        sound = ENDED(result->bottom[i].name) && ENDED(result->bottom[i].from)
                && sound_shape(&result->bottom[i].shape);
    for (unsigned i = 0; sound && i < result->ports; i++)
        sound = ENDED(result->port[i].port) && sound_shape(&result->port[i].shape)
                && is_bool(&result->port[i].weight) && is_bool(&result->port[i].many) && sound_map(&result->port[i].map)
                && (unsigned)result->port[i].worst.verdict <= GCK_PROBED;
    return sound;
}

static bool sound_exact(const struct gck_result *result)
{
    bool sound = result->exacts <= GCK_MAX_PORTS && sound_exam(&result->exact) && ENDED(result->no_exact);

    for (unsigned i = 0; sound && i < result->exacts; i++)
        sound = ENDED(result->exact_port[i].port);
    return sound;
}

static bool sound_lists(const struct gck_result *result)
{
    bool sound = result->params <= GCK_MAX_PARAMS && result->weights <= GCK_MAX_WEIGHTS
                 && result->clauses <= GCK_MAX_CLAUSES && result->findings <= GCK_MAX_FINDINGS;

    for (unsigned i = 0; sound && i < result->params; i++)
        sound = ENDED(result->param[i].name) && ENDED(result->param[i].value);
    for (unsigned i = 0; sound && i < result->clauses; i++)
        sound = ENDED(result->clause[i].name) && ENDED(result->clause[i].why)
                && (unsigned)result->clause[i].answer <= GCK_NOT_APPLICABLE;
    for (unsigned i = 0; sound && i < result->findings; i++)
        sound = sound_finding(&result->finding[i]);
    return sound;
}

static bool sound_faults(const struct gck_result *result)
{
    bool sound = is_bool(&result->proof) && result->faults <= GCK_MAX_FAULTS;

    for (unsigned i = 0; sound && i < result->faults; i++) {
        const struct gck_injected *const fault = &result->fault[i];

        sound = ENDED(fault->name) && ENDED(fault->title) && ENDED(fault->why) && is_bool(&fault->named)
                && (unsigned)fault->fate <= GCK_VOID && fault->codes <= GCK_MAX_CODES;
    }
    return sound;
}

static bool sound_result(const struct gck_result *result)
{
    return ENDED(result->layer) && ENDED(result->source) && ENDED(result->caffe_type)
           && ENDED(result->formula) && ENDED(result->why) && ENDED(result->factor)
           && ENDED(result->method) && ENDED(result->unit) && ENDED(result->again)
           && is_bool(&result->coupled) && is_bool(&result->by_twin)
           && (unsigned)result->verdict <= GCK_ERROR && (unsigned)result->status <= GCK_EEMPTY
           && sound_exam(&result->contract) && sound_exam(&result->loss_weight)
           && sound_exam(&result->batch) && sound_exam(&result->gradient) && sound_ports(result)
           && sound_exact(result) && sound_lists(result) && sound_faults(result);
}

/* ---- the parent's side ---- */

static bool sound_head(const struct gck_record *record)
{
    if (record->head.magic != MAGIC || record->closed)
        return false;
    switch (record->head.kind) {
    case GCK_RECORD_MARK:
        return record->head.length >= sizeof record->count
               && record->head.length < sizeof record->count + sizeof record->doing;
    case GCK_RECORD_FAILED:
        return record->head.length < sizeof record->text;
    case GCK_RECORD_SO_FAR:
    case GCK_RECORD_RESULT:
        return record->head.length <= sizeof record->incoming->packed;
    case GCK_RECORD_CLOSING:
        return record->head.length == 0 && record->whole;
    default:
        return false;
    }
}

/* Of a result without findings what comes behind them stays as it was. */
static void take_result(struct gck_record *record, bool whole)
{
    struct gck_result *const result = &record->incoming->result;
    const size_t length = whole ? sizeof *result : offsetof(struct gck_result, finding);

    record->garbled = !gck_unpack(record->incoming->packed, (size_t)record->head.length, result, length);
    if (!whole)
        result->findings = 0;
    record->garbled = record->garbled || !sound_result(result);
    if (record->garbled)
        return;
    memcpy(record->result, result, length);
    record->has_result = true;
    record->whole = whole;
}

static void take_message(struct gck_record *record)
{
    switch (record->head.kind) {
    case GCK_RECORD_MARK:
        record->text[record->head.length] = '\0';
        memcpy(&record->count, record->text, sizeof record->count);
        gck_copy(record->doing, sizeof record->doing, record->text + sizeof record->count);
        if (record->progress != NULL)
            record->progress(record->context, record->doing, record->count.done, record->count.of);
        break;
    case GCK_RECORD_FAILED:
        record->text[record->head.length] = '\0';
        GCK_COPY(record->failed, record->text);
        break;
    case GCK_RECORD_SO_FAR:
    case GCK_RECORD_RESULT:
        take_result(record, record->head.kind == GCK_RECORD_RESULT);
        break;
    default:
        record->closed = true;
        break;
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Where the next byte of the current message belongs, and how many more belong there. */
static char *next_place(struct gck_record *record, size_t *room)
{
    const size_t head = sizeof record->head;
    size_t in_body;
    char *body;

    if (record->have < head) {
        *room = head - record->have;
        return (char *)&record->head + record->have;
    }
    in_body = record->have - head;
    body = record->head.kind == GCK_RECORD_RESULT || record->head.kind == GCK_RECORD_SO_FAR
               ? record->incoming->packed
               : record->text;
    *room = (size_t)record->head.length - in_body;
    return body + in_body;
}

void gck_record_feed(struct gck_record *record, const char *bytes, size_t count)
{
    const size_t head = sizeof record->head;

    while (count > 0 && !record->garbled) {
        size_t room;
        char *const place = next_place(record, &room);
        const size_t taken = least(room, count);

        memcpy(place, bytes, taken);
        bytes += taken;
        count -= taken;
        record->have += taken;
        if (record->have == head)
            record->garbled = !sound_head(record);
        if (!record->garbled && record->have >= head
            && record->have - head == record->head.length) {
            take_message(record);
            record->have = 0;
        }
    }
}
