/* record.h -- what goes through the pipe from a worker to its parent. */
#ifndef GCK_WORKER_RECORD_H
#define GCK_WORKER_RECORD_H

#include "gradcheck/gradcheck.h"

enum gck_record_kind {
    GCK_RECORD_MARK = 1, /* text: what the worker is about to do */
    GCK_RECORD_FAILED,   /* text: why it could not even begin */
    GCK_RECORD_RESULT,   /* the bytes of one struct gck_result */
    GCK_RECORD_CLOSING   /* nothing: all was said */
};

enum { GCK_DOING_SIZE = 256 };

/* Sends one message of the record, all of it. False where the pipe is broken. */
bool gck_record_send(int fd, enum gck_record_kind kind, const void *bytes, size_t length);

/* The parent's side: what came through the pipe until now. Start from zeros with `result` set. */
struct gck_record {
    struct gck_result *result;     /* to be filled; the caller's */
    char doing[GCK_DOING_SIZE];    /* the last mark, "" before the first */
    char failed[GCK_MESSAGE_SIZE]; /* "", or why the worker could not begin */
    bool has_result, closed;       /* closed: with the closing mark, after a sound result */
    bool garbled;                  /* what came is no record: nothing after it was read */
    /* called at every mark, unless NULL */
    void (*progress)(void *context, const char *doing);
    void *context;
    /* the message that is being read */
    struct {
        uint32_t magic, kind;
        uint64_t length;
    } head;
    size_t have; /* bytes of head and body */
    char text[GCK_MESSAGE_SIZE];
};

/* Takes the next bytes from the pipe. */
void gck_record_feed(struct gck_record *record, const char *bytes, size_t count);

#endif
