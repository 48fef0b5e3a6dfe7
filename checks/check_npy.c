/* check_npy.c -- .npy files: all that are promised are read, and none that lies gets through. */
#include "check.h"

#include "core/npy.h"
#include "gradcheck/layer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = 4096 };

/* A file as it is being put together. */
struct bytes {
    unsigned char at[ROOM];
    size_t count;
};

static char folder[256] = "/tmp/check_npy-XXXXXX", path[300];

static int setup(void **state)
{
    (void)state;
    if (!check_folder(folder, sizeof folder))
        return -1;
    snprintf(path, sizeof path, "%s/x.npy", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void add(struct bytes *bytes, const void *more, size_t count)
{
    assert_true(bytes->count + count <= ROOM);
    memcpy(bytes->at + bytes->count, more, count);
    bytes->count += count;
}

/* Magic, version and a header whose text is as given; padded so that the data begin at a multiple
 * of 64. */
static struct bytes headed(unsigned version, const char *text)
{
    const unsigned char magic[8] = { 0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)version, 0 };
    const size_t field = version == 1 ? 2 : 4, begin = sizeof magic + field;
    const size_t length = (begin + strlen(text) + 1 + 63) / 64 * 64 - begin;
    struct bytes bytes = { .count = 0 };
    unsigned char number[4];

    for (unsigned i = 0; i < 4; i++)
        number[i] = (unsigned char)(length >> 8 * i);
    add(&bytes, magic, sizeof magic);
    add(&bytes, number, field);
    add(&bytes, text, strlen(text));
    while (bytes.count < begin + length - 1)
        add(&bytes, " ", 1);
    add(&bytes, "\n", 1);
    return bytes;
}

static void save(const struct bytes *bytes)
{
    FILE *const file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes->at, 1, bytes->count, file), bytes->count);
    assert_int_equal(fclose(file), 0);
}

/* The file is read as these values. */
static void assert_read(const struct bytes *bytes, const char *shape, const double *wanted,
                        size_t count)
{
    char message[GCK_MESSAGE_SIZE] = "", text[GCK_SHAPE_TEXT];
    struct gck_shape found;
    double *value;
    enum gck_status status;

    save(bytes);
    status = gck_npy_read(path, &found, &value, message);
    if (status != GCK_OK)
        print_error("%s\n", message);
    assert_int_equal(status, GCK_OK);
    assert_string_equal(gck_shape_text(&found, text), shape);
    for (size_t i = 0; i < count; i++)
        assert_near(value[i], wanted[i], 0);
    free(value);
}

/* The file is refused, with a sentence that names it and has these words. */
static void assert_refused(const struct bytes *bytes, enum gck_status wanted, const char *words)
{
    char message[GCK_MESSAGE_SIZE] = "";
    struct gck_shape shape;
    double *value;

    save(bytes);
    assert_int_equal(gck_npy_read(path, &shape, &value, message), wanted);
    assert_null(value);
    assert_says(message, path);
    assert_says(message, words);
}

static void assert_header_refused(const char *header, const char *words)
{
    struct bytes bytes = headed(1, header);

    add(&bytes, "01234567", 8);
    assert_refused(&bytes, GCK_EFORMAT, words);
}

/* ---- what is read ---- */

static void swap(void *element, size_t size)
{
    unsigned char *const byte = element;

    for (size_t i = 0; i < size / 2; i++) {
        const unsigned char kept = byte[i];

        byte[i] = byte[size - 1 - i];
        byte[size - 1 - i] = kept;
    }
}

/* The number as the dtype writes it, on a machine whose low byte comes first. */
static void add_number(struct bytes *bytes, const char *dtype, double number)
{
    const float f4 = (float)number;
    const int64_t i8 = (int64_t)number;
    unsigned char element[8];
    const size_t size = (size_t)(dtype[2] - '0');

    if (dtype[1] == 'f')
        memcpy(element, size == 4 ? (const void *)&f4 : &number, size);
    else
        memcpy(element, &i8, size);
    if (dtype[0] == '>')
        swap(element, size);
    add(bytes, element, size);
}

static void every_type_byte_order_and_version_is_read(void **state)
{
    static const char *const dtypes[] = { "<f4", ">f4", "=f4", "|f4", "<f8", ">f8",
                                          "=f8", "<i4", ">i4", "=i4", "<i8", ">i8",
                                          "=i8", "|u1", "<u1", "|b1", ">b1" };
    static const double numbers[] = { 1, 0, 1, 1, 0, 0 };

    (void)state;
    for (size_t t = 0; t < sizeof dtypes / sizeof dtypes[0]; t++)
        for (unsigned version = 1; version <= 3; version++) {
            const double scale = strchr(dtypes[t], 'b') ? 1 : dtypes[t][1] == 'u' ? 200 : -3;
            char header[128];
            double wanted[6];
            struct bytes bytes;

            snprintf(header, sizeof header,
                     "{'descr': '%s', 'fortran_order': False, 'shape': (2, 3), }", dtypes[t]);
            bytes = headed(version, header);
            for (size_t i = 0; i < 6; i++) {
                wanted[i] = scale * numbers[i] + (dtypes[t][1] == 'f' ? (double)i / 4 : 0);
                add_number(&bytes, dtypes[t], wanted[i]);
            }
            assert_read(&bytes, "2x3", wanted, 6);
        }
}

static void fortran_order_is_turned_into_rows(void **state)
{
    struct bytes bytes = headed(1, "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3, 4), }");
    double wanted[24];

    (void)state;
    for (size_t k = 0; k < 4; k++)
        for (size_t j = 0; j < 3; j++)
            for (size_t i = 0; i < 2; i++) {
                wanted[(i * 3 + j) * 4 + k] = (double)(100 * i + 10 * j + k);
                add_number(&bytes, "<i4", wanted[(i * 3 + j) * 4 + k]);
            }
    assert_read(&bytes, "2x3x4", wanted, 24);
}

static void a_scalar_and_eight_axes_are_read(void **state)
{
    static const double wanted[] = { 2.5, -1 };
    struct bytes scalar = headed(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }");
    struct bytes long_one =
        headed(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 1, 1, 2, 1, 1, 1, 1), }");

    (void)state;
    add(&scalar, wanted, 8);
    assert_read(&scalar, "scalar", wanted, 1);
    add(&long_one, wanted, 16);
    assert_read(&long_one, "1x1x1x2x1x1x1x1", wanted, 2);
}

static void a_header_may_be_spaced_ordered_and_quoted_otherwise(void **state)
{
    static const char *const headers[] = {
        "{'descr':'<f8','fortran_order':False,'shape':(2,)}",
        "{ \"shape\" : ( 2 , ) , \"descr\" : \"<f8\" ,\t\"fortran_order\" : True }   ",
        "  {'shape': (2,), 'fortran_order': False, 'descr': 'f8',}\n\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,2), }",
    };
    static const double wanted[] = { 0x1.fffffffffffffp-3, -4e300 };

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct bytes bytes = headed(2, headers[i]);

        add(&bytes, wanted, sizeof wanted);
        assert_read(&bytes, i == 4 ? "1x2" : "2", wanted, 2);
    }
}

static void more_numbers_than_one_reading_takes_come_in_order(void **state)
{
    enum { COUNT = 70001 };
    const struct bytes bytes =
        headed(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (70001,), }");
    float *const number = malloc(COUNT * sizeof *number);
    struct gck_shape shape;
    double *value;
    FILE *file;

    (void)state;
    assert_non_null(number);
    for (size_t i = 0; i < COUNT; i++)
        number[i] = (float)i / 7;
    save(&bytes);
    file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(number, sizeof *number, COUNT, file), COUNT);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(gck_npy_read(path, &shape, &value, NULL), GCK_OK);
    for (size_t i = 0; i < COUNT; i++)
        assert_near(value[i], (double)number[i], 0);
    free(value);
    free(number);
}

/* ---- what is refused ---- */

static void a_file_that_cannot_be_read_is_told_with_the_reason(void **state)
{
    char message[GCK_MESSAGE_SIZE], fifo[300];
    struct gck_shape shape;
    double *value;

    (void)state;
    assert_int_equal(gck_npy_read("/nowhere/x.npy", &shape, &value, message), GCK_EFILE);
    assert_says(message, "/nowhere/x.npy cannot be read: No such file");
    assert_null(value);
    assert_int_equal(gck_npy_read(folder, &shape, &value, message), GCK_EFILE);
    assert_says(message, "Is a directory");
    snprintf(fifo, sizeof fifo, "%s/pipe", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(gck_npy_read(fifo, &shape, &value, message), GCK_EFILE);
    assert_says(message, "not a file");
    unlink(fifo);
}

static void a_long_path_leaves_room_for_the_sentence(void **state)
{
    char name[GCK_MESSAGE_SIZE * 2], message[GCK_MESSAGE_SIZE];
    struct gck_shape shape;
    double *value;

    (void)state;
    memset(name, 'a', sizeof name);
    memcpy(name + sizeof name - 7, "/x.npy", 7);
    assert_int_equal(gck_npy_read(name, &shape, &value, message), GCK_EFILE);
    assert_says(message, "/x.npy cannot be read: ");
}

static void what_is_no_npy_file_is_told_by_its_bytes(void **state)
{
    struct bytes bytes = { .count = 0 };

    (void)state;
    assert_refused(&bytes, GCK_EFORMAT, "takes 8 bytes from byte 0 on, and the file has 0");
    add(&bytes, "PK\003\004 a zip file", 14);
    assert_refused(&bytes, GCK_EFORMAT, "begins with the bytes 50 4b 03 04 20 61, wanted 93 4e");
    bytes = headed(1, "{}");
    bytes.at[6] = 9;
    bytes.at[7] = 2;
    assert_refused(&bytes, GCK_EFORMAT, "version 9.2 (at byte 6)");
}

static void a_wrong_length_is_told_with_both_numbers(void **state)
{
    struct bytes bytes = headed(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 3), }");

    (void)state;
    for (int i = 0; i < 15; i++)
        add_number(&bytes, "<f8", i);
    bytes.count--;
    assert_refused(&bytes, GCK_EFORMAT,
                   "cut off: shape 5x3 of 8 bytes each takes 120 bytes from byte "
                   "128 on, and 119 are there");
    bytes.count += 2;
    assert_refused(&bytes, GCK_EFORMAT,
                   "too long: shape 5x3 of 8 bytes each takes 120 bytes from byte "
                   "128 on, and 121 are there");
}

static void a_header_longer_than_the_file_takes_no_memory(void **state)
{
    struct bytes bytes = headed(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }");

    (void)state;
    memset(bytes.at + 8, 0xff, 4);
    assert_refused(&bytes, GCK_EFORMAT,
                   "the header takes 4294967295 bytes from byte 12 on, and the file "
                   "has 128");
}

static void a_shape_that_nothing_can_hold_takes_no_memory(void **state)
{
    (void)state;
    assert_header_refused(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
        "4294967296x4294967296, which no memory can hold, and 8 bytes from byte 128");
    assert_header_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }",
                          "takes 8000000000000 bytes");
    assert_header_refused(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (18446744073709551616,), }",
        "18446744073709551616");
    assert_header_refused(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (18446744073709551615,), }",
        "takes 18446744073709551615 bytes");
    assert_header_refused(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }",
        "more than 8 axes");
}

static void an_empty_array_is_refused(void **state)
{
    const struct bytes bytes =
        headed(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 0, 3), }");

    (void)state;
    assert_refused(&bytes, GCK_EDATA, "shape 5x0x3: axis 1 is 0 long");
}

static void a_type_that_is_not_read_is_named(void **state)
{
    (void)state;
    assert_header_refused("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }",
                          "dtype \"<c16\" at byte 21 is not read: only f4, f8, i4, i8, u1 and b1");
    assert_header_refused("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", "\"<f2\"");
    assert_header_refused("{'descr': '', 'fortran_order': False, 'shape': (1,), }", "dtype \"\"");
    assert_header_refused("{'descr': '<', 'fortran_order': False, 'shape': (1,), }", "dtype \"<\"");
    assert_header_refused("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
                          "pickled Python objects (dtype \"|O\" at byte 21)");
    assert_header_refused("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
                          "records (at byte 20)");
}

static void a_header_that_is_no_dictionary_is_told_by_its_byte(void **state)
{
    static const struct {
        const char *header, *words;
    } cases[] = {
        { "", "ends at byte 64, where an opening {" },
        { "[]", "\"[]" },
        { "{'descr': '<f8'", "a comma or the closing }" },
        { "{'descr': '<f8' 'shape': (1,)}", "\"'shape': (1,)}" },
        { "{'descr' '<f8'}", "a colon" },
        { "{descr: '<f8'}", "a key in quotes" },
        { "{'descr': f8}", "a dtype in quotes" },
        { "{'descr': '<f8}", "a dtype in quotes" },
        { "{'descr': '\\x3cf8'}", "a dtype in quotes" },
        { "{'fortran_order': 0}", "True or False" },
        { "{'shape': 3}", "a shape in parentheses" },
        { "{'shape': (3)}", "(3) is a number, (3,) a shape" },
        { "{'shape': (3 4)}", "where a comma should be" },
        { "{'shape': (3, x)}", "a dim or the shape's closing" },
        { "{'shape': (-1,)}", "\"-1,)}" },
        { "{'shape': (1.5,)}", "\".5,)}" },
        { "{'shape': (3,,)}", "\",)}" },
        { "{'descr': '<f8', 'descr': '<f8'}", "a new key" },
        { "{'descr': '<f8', 'order': 'C'}", "one of descr, fortran_order and shape" },
        { "{'descr': '<f8', 'fortran_order': False}", "has no \"shape\"" },
        { "{'shape': (1,), 'fortran_order': False}", "has no \"descr\"" },
        { "{'shape': (1,), 'descr': '<f8'}", "has no \"fortran_order\"" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } x", "nothing but spaces" },
        { "{,}", "\",}" },
        { "{'descr': '<f8',, 'shape': (1,)}", "\", 'shape'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_header_refused(cases[i].header, cases[i].words);
}

static void a_value_that_is_no_number_is_told_with_its_index(void **state)
{
    struct bytes bytes = headed(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }");
    const size_t begin = bytes.count;

    (void)state;
    for (int i = 0; i < 4; i++)
        add_number(&bytes, "<f8", i == 2 ? (double)NAN : i);
    assert_refused(&bytes, GCK_EDATA, "holds nan at [1,0] (byte 144)");
    bytes.count = begin;
    for (int i = 0; i < 4; i++)
        add_number(&bytes, "<f8", i == 3 ? -(double)INFINITY : i);
    assert_refused(&bytes, GCK_EDATA, "holds -inf at [1,1] (byte 152)");
    bytes = headed(1, "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 2), }");
    for (int i = 0; i < 4; i++)
        add_number(&bytes, ">f4", i == 1 ? (double)INFINITY : i);
    assert_refused(&bytes, GCK_EDATA, "holds inf at [1,0] (byte 132)");
}

static void a_whole_number_that_a_double_cannot_hold_is_refused(void **state)
{
    static const int64_t good[] = { INT64_C(1) << 53, -(INT64_C(1) << 62), INT64_MIN, 3 };
    static const int64_t bad[] = { (INT64_C(1) << 53) + 1, INT64_MAX, INT64_MIN + 1 };
    static const char header[] = "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }";
    struct bytes bytes = headed(1, header);
    double wanted[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        wanted[i] = (double)good[i];
    add(&bytes, good, sizeof good);
    assert_read(&bytes, "4", wanted, 4);
    for (int i = 0; i < 3; i++) {
        char words[64];

        memcpy(bytes.at + bytes.count - 8, &bad[i], 8);
        snprintf(words, sizeof words, "holds %lld at [3] (byte 152)", (long long)bad[i]);
        assert_refused(&bytes, GCK_EDATA, words);
    }
}

static void a_bool_is_nought_or_one(void **state)
{
    struct bytes bytes = headed(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }");

    (void)state;
    add(&bytes, "\0\1\2", 3);
    assert_refused(&bytes, GCK_EDATA, "holds 2 at [2] (byte 130): a bool is 0 or 1");
}

/* ---- sweeps ---- */

static struct bytes valid(void)
{
    struct bytes bytes = headed(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }");

    for (int i = 0; i < 12; i++)
        add_number(&bytes, "<f4", i);
    return bytes;
}

/* Fine, or a sentence; never anything else. */
static enum gck_status try(const struct bytes *bytes)
{
    char message[GCK_MESSAGE_SIZE] = "";
    struct gck_shape shape;
    double *value;
    enum gck_status status;

    save(bytes);
    status = gck_npy_read(path, &shape, &value, message);
    assert_true((status == GCK_OK) == (value != NULL));
    assert_true((status == GCK_OK) == (message[0] == '\0'));
    if (status != GCK_OK)
        assert_says(message, "/x.npy");
    free(value);
    return status;
}

static void cut_anywhere_it_is_refused(void **state)
{
    const struct bytes whole = valid();

    (void)state;
    assert_int_equal(try(&whole), GCK_OK);
    for (size_t count = 0; count < whole.count; count++) {
        struct bytes part = whole;

        part.count = count;
        assert_int_equal(try(&part), GCK_EFORMAT);
    }
}

static void changed_anywhere_it_is_read_or_refused(void **state)
{
    uint32_t random = 1701;
    unsigned fine = 0;

    (void)state;
    for (int round = 0; round < 4000; round++) {
        struct bytes bytes = valid();

        for (int change = 0; change <= round % 4; change++) {
            random = random * 1664525 + 1013904223;
            bytes.at[(random >> 8) % bytes.count] =
                round % 2 ? (unsigned char)(random >> 24)
                          : (unsigned char)"{}(),:'\"<>0123456789LTF \n"[(random >> 24) % 25];
        }
        fine += try(&bytes) == GCK_OK;
    }
    assert_true(fine > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_byte_order_and_version_is_read),
        cmocka_unit_test(fortran_order_is_turned_into_rows),
        cmocka_unit_test(a_scalar_and_eight_axes_are_read),
        cmocka_unit_test(a_header_may_be_spaced_ordered_and_quoted_otherwise),
        cmocka_unit_test(more_numbers_than_one_reading_takes_come_in_order),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told_with_the_reason),
        cmocka_unit_test(a_long_path_leaves_room_for_the_sentence),
        cmocka_unit_test(what_is_no_npy_file_is_told_by_its_bytes),
        cmocka_unit_test(a_wrong_length_is_told_with_both_numbers),
        cmocka_unit_test(a_header_longer_than_the_file_takes_no_memory),
        cmocka_unit_test(a_shape_that_nothing_can_hold_takes_no_memory),
        cmocka_unit_test(an_empty_array_is_refused),
        cmocka_unit_test(a_type_that_is_not_read_is_named),
        cmocka_unit_test(a_header_that_is_no_dictionary_is_told_by_its_byte),
        cmocka_unit_test(a_value_that_is_no_number_is_told_with_its_index),
        cmocka_unit_test(a_whole_number_that_a_double_cannot_hold_is_refused),
        cmocka_unit_test(a_bool_is_nought_or_one),
        cmocka_unit_test(cut_anywhere_it_is_refused),
        cmocka_unit_test(changed_anywhere_it_is_read_or_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
