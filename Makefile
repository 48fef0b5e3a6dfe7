# Makefile -- builds gradcheck; everything built lands in $(B).
#
#   make [all]     the tool and the library          make check    all tests
#   make tutorial  do the chapters tell the truth?   make bench    what it costs
#   make floors    does an include run upward?       make install  DESTDIR= PREFIX=
#   make bench     what examinations cost, and how small an error they find; QUICK=1 in some minutes
#   make mutants   mechanical mutants of the layers, all found? (minutes)
#   make SANITIZE="address undefined" B=build-asan check           make CC=clang B=build-clang check
#   make WERROR=1  a warning is an error                           make format   your changes, as .clang-format says

B := build
PREFIX := /usr/local
LIBDIR := $(PREFIX)/lib
CFLAGS ?= -O2 -g
# make has a CXX of its own; where CC is clang, so is its C++ compiler.
ifeq ($(origin CXX),default)
CXX := $(if $(findstring clang,$(CC)),$(subst clang,clang++,$(CC)),g++)
endif
PKG_CONFIG ?= pkg-config

VERSION := $(shell sed -n 's/^.define GCK_VERSION "\(.*\)"/\1/p' include/gradcheck/gradcheck.h)
WARN := -pedantic -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Wstrict-prototypes \
        -Wmissing-prototypes -Wwrite-strings -Wundef -Wvla $(if $(WERROR),-Werror)
BASE := -std=c11 $(WARN) -Iinclude -fPIC -D_GNU_SOURCE
WANTED := $(foreach s,$(SANITIZE),-fsanitize=$(s)) $(if $(SANITIZE),-fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_CFLAGS = $(BASE) $(CFLAGS) $(WANTED) -MMD -MP
# ... of what the tests alone need: last, so that it wins. A build that is there for its warnings says -O0.
TEST_CFLAGS ?=
# The exact twins of the layers: their C source as C++20. They need nothing of C++ but the compiler: neither its
# headers nor its library. No products fused into sums, so that values are those of the double layer.
HAVE_CXX := $(shell command -v $(firstword $(CXX)))
EXACT_CXXFLAGS ?= -O3
EXACT = -x c++ -std=c++20 -DGCK_EXACT -pedantic -Wall -Wextra -Wno-missing-field-initializers $(if $(WERROR),-Werror) \
        -nostdinc++ -D_TGMATH_H -fno-exceptions -fno-rtti -fno-threadsafe-statics -ffp-contract=off -Iinclude -fPIC -D_GNU_SOURCE \
        -g $(EXACT_CXXFLAGS) $(WANTED) -MMD -MP
BLAS_CFLAGS := $(shell $(PKG_CONFIG) --cflags openblas)
LIBS := $(shell $(PKG_CONFIG) --libs openblas jansson) -lm -ldl -pthread
# The tool has OpenBLAS in itself where its archive is there: to look up the 13,000 symbols of the shared library takes longer
# than to examine a small layer.
BLAS_ARCHIVE := $(wildcard $(patsubst -L%,%/libopenblas.a,$(firstword $(filter -L%,$(LIBS)))))
ifeq ($(BLAS_ARCHIVE),)
TOOL_LIBS := $(LIBS)
else
TOOL_LIBS := -Wl,--exclude-libs,libopenblas.a $(LIBS:-lopenblas=$(BLAS_ARCHIVE))
endif

LAYERS := $(sort $(basename $(notdir $(wildcard layers/*.c))))
FLOORS := core numeric layer exam diagnosis prove report worker explain
LEARN_SRC := $(sort $(wildcard src/learn/*.c))
LIB_SRC := $(filter-out src/core/vector.c,$(sort $(wildcard $(FLOORS:%=src/%/*.c))))
CLI_SRC := $(sort $(wildcard src/cli/*.c))
CHECKS := $(sort $(basename $(notdir $(wildcard checks/check_*.c))))
BROKEN := $(sort $(basename $(notdir $(wildcard checks/broken/*.c))))
STRANGERS := $(sort $(basename $(notdir $(wildcard checks/strangers/*.c))))
FIXTURES := $(sort $(basename $(notdir $(wildcard checks/plugins/*.c))))
BENCHES := $(sort $(basename $(notdir $(wildcard checks/bench/*.c))))

LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(B)/src/core/vector.float.o $(B)/src/core/vector.double.o \
           $(LAYERS:%=$(B)/layers/%.float.o) $(LAYERS:%=$(B)/layers/%.double.o) \
           $(if $(HAVE_CXX),$(LAYERS:%=$(B)/layers/%.exact.o)) \
           $(B)/layer_table.o $(B)/page_table.o
# The exercises belong to the tool and not to the library.
LEARN_OBJ := $(LEARN_SRC:%.c=$(B)/%.o) $(B)/embedded.o
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o) $(LEARN_OBJ)

all: $(B)/gradcheck $(B)/libgradcheck.a $(B)/libgradcheck.so.0

# The tool is linked from objects and exports its symbols: a plug-in finds gck_fail and the vectors in it.
$(B)/gradcheck: $(CLI_OBJ) $(LIB_OBJ)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -Wl,--export-dynamic -o $@ $^ $(TOOL_LIBS)

$(B)/libgradcheck.a: $(LIB_OBJ)
	rm -f $@ && $(AR) rcs $@ $^

$(B)/libgradcheck.so.0: $(LIB_OBJ)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libgradcheck.so.0 -o $@ $^ $(LIBS)

$(B)/src/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Isrc -c -o $@ $<

$(B)/src/core/vector.float.o: src/core/vector.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(BLAS_CFLAGS) -Isrc -DGCK_FLOAT -c -o $@ $<

$(B)/src/core/vector.double.o: src/core/vector.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(BLAS_CFLAGS) -Isrc -c -o $@ $<

$(B)/layers/%.float.o: layers/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DGCK_FLOAT -c -o $@ $<

$(B)/layers/%.double.o: layers/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/layers/%.exact.o: layers/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CXX) $(EXACT) -c -o $@ $<

$(B)/layer_table.o: $(B)/layer_table.c $(B)/flags
	$(CC) $(ALL_CFLAGS) -Isrc -c -o $@ $<

# The registry is a table that one can read, made from the names of the files in layers/. It and the flags
# are written only when they differ, so that nothing is built twice.
$(B)/layer_table.c: FORCE
	@mkdir -p $(B)
	@{ echo '/* layer_table.c -- made by the Makefile from the names of the files in layers/. */'; \
	   echo '#include "layer/registry.h"'; \
	   for t in float double exact; do \
	     layers=; case " float double $(if $(HAVE_CXX),exact) " in *" $$t "*) layers="$(LAYERS)";; esac; \
	     for l in $$layers; do echo "extern const struct gck_layer gck_layer_$${l}_$$t;"; done; \
	     echo "const struct gck_layer *const gck_builtin_$$t[] = {"; \
	     for l in $$layers; do echo "    &gck_layer_$${l}_$$t,"; done; \
	     echo '    NULL,'; echo '};'; \
	   done; } > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# The pages of gradcheck explain, line by line, as C strings.
$(B)/page_table.o: $(B)/page_table.c $(B)/flags
	$(CC) $(ALL_CFLAGS) -Isrc -c -o $@ $<

$(B)/page_table.c: FORCE
	@mkdir -p $(B)
	@{ echo '/* page_table.c -- made by the Makefile from src/explain/pages. */'; \
	   echo '#include "explain/explain.h"'; echo 'const struct gck_explanation gck_explanations[] = {'; \
	   for p in $(sort $(wildcard src/explain/pages/*.txt)); do \
	     echo "    { $$(basename $$p .txt | tr -d GC), (const char *const[]){"; \
	     sed 's/\\/&&/g; s/"/\\"/g; s/?/\\?/g; s/.*/        "&",/' $$p; echo '        NULL } },'; \
	   done; echo '    { 0, NULL },'; echo '};'; } > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# What the tutorial holds, as text inside the tool.
TUTORIAL := $(sort $(wildcard tutorial/[0-9][0-9]-*.md tutorial/exercises/*.md tutorial/exercises/*/*))
$(B)/embedded.c: tutorial/embed $(TUTORIAL) $(B)/tutorial_files
	tutorial/embed $(TUTORIAL) > $@.new && mv $@.new $@

# A file that came or went is noticed, too.
$(B)/tutorial_files: FORCE
	@mkdir -p $(B)
	@echo '$(TUTORIAL)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(B)/embedded.o: $(B)/embedded.c $(B)/flags
	$(CC) $(ALL_CFLAGS) -Isrc -c -o $@ $<

$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(CC) $(CFLAGS) $(WANTED) $(LDFLAGS) $(WERROR) $(CXX) $(HAVE_CXX) $(EXACT_CXXFLAGS) $(TEST_CFLAGS)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# ---- checks ----

# Each checks/check_x.c is one cmocka program; a file x.c in checks/broken, checks/strangers or checks/plugins becomes a
# plug-in with both types.
$(B)/checks/%: checks/%.c checks/check.h $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(TEST_CFLAGS) -Isrc -Ichecks $(LDFLAGS) -Wl,--export-dynamic -o $@ $< $(filter %.o,$^) -lcmocka $(LIBS)

# These look into what the tool carries.
$(B)/checks/check_exercises: $(LEARN_OBJ)

# Functions of exact numbers can only be called from C++.
$(B)/checks/check_exact: $(if $(HAVE_CXX),$(B)/checks/exact_functions.o)
$(B)/checks/%.o: checks/%.cc $(B)/flags
	@mkdir -p $(@D)
	$(CXX) $(EXACT) -Isrc -Ichecks -c -o $@ $<

$(B)/bench/%: checks/bench/%.c $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Isrc -Ichecks $(LDFLAGS) -Wl,--export-dynamic -o $@ $< $(LIB_OBJ) $(LIBS)

PLUGIN = -DGCK_PLUGIN -fvisibility=hidden
define plugin_rule
$(B)/$(1)/%.so: checks/$(1)/%.c include/gradcheck/layer.h $(B)/flags
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $$(TEST_CFLAGS) $$(PLUGIN) -DGCK_FLOAT -c -o $$(@:.so=.float.o) $$<
	$$(CC) $$(ALL_CFLAGS) $$(TEST_CFLAGS) $$(PLUGIN) -c -o $$(@:.so=.double.o) $$<
	$$(CC) $$(WANTED) -shared -o $$@ $$(@:.so=.float.o) $$(@:.so=.double.o) -lm
endef
$(eval $(call plugin_rule,broken))
$(eval $(call plugin_rule,strangers))
$(eval $(call plugin_rule,plugins))

checks: all $(CHECKS:%=$(B)/checks/%) $(BROKEN:%=$(B)/broken/%.so) $(FIXTURES:%=$(B)/plugins/%.so) \
        $(STRANGERS:%=$(B)/strangers/%.so)

check: checks floors
	checks/run $(B) $(CHECKS)

# The chapters alone: do they say what happens? And what happens, written into them.
tutorial: all $(B)/checks/check_tutorial
	GCK_BUILD=$(B) $(B)/checks/check_tutorial

tutorial-update: all $(B)/checks/check_tutorial
	-GCK_UPDATE=1 GCK_BUILD=$(B) $(B)/checks/check_tutorial >/dev/null 2>&1
	git --no-pager diff --stat -p tutorial

# With other compilers and flags: are the chapters' verdicts the same?
verdicts: all $(B)/checks/check_tutorial
	GCK_VERDICTS=1 GCK_BUILD=$(B) $(B)/checks/check_tutorial >$(B)/verdicts.log 2>&1 || { cat $(B)/verdicts.log; exit 1; }

bench: all $(BENCHES:%=$(B)/bench/%) $(BROKEN:%=$(B)/broken/%.so) $(B)/plugins/two_mistakes.so
	checks/bench/run $(B) $(if $(QUICK),quick)

# Nothing includes upward: core < numeric < layer < exam < diagnosis < prove < report < worker < explain < learn < cli.
floors:
	@checks/floors

# Mechanical mutants of every layer, in three sets: each that changes a diff is found, and its name is true. Long: not a part of
# check. SET=b: that one alone.
MUTANT_EXAM := examine compare settings sight truth laws patterns groups places zeros corners labels inner
MUTANT_JOBS := 2
SET := a b c
$(B)/mutate: $(addprefix checks/mutants/,$(addsuffix .c,mutate edits statements tokens operators_a operators_b operators_c)) \
		checks/mutants/tokens.h checks/mutants/edits.h $(B)/flags
	$(CC) $(BASE) $(CFLAGS) $(WANTED) $(LDFLAGS) -o $@ $(filter %.c,$^)

$(B)/examine_mutants: $(MUTANT_EXAM:%=checks/mutants/%.c) $(addprefix checks/mutants/,compare.h sight.h seen.h) $(LIB_OBJ)
	$(CC) $(BASE) $(CFLAGS) $(WANTED) -Isrc $(LDFLAGS) -Wl,--export-dynamic -o $@ $(filter %.c %.o,$^) $(LIBS)

mutants: $(SET:%=mutants-%)
mutants-%: $(B)/mutate $(B)/examine_mutants
	@mkdir -p $(B)/mutants/$*
	$(B)/mutate $* $(B)/mutants/$* $(LAYERS:%=layers/%.c)
	CC="$(CC)" CXX="$(CXX)" $(B)/examine_mutants $(B)/mutants/$* $(MUTANT_JOBS)
	@awk -f checks/mutants/tell.awk checks/mutants/judged/$* $(B)/mutants/$*/results

# ---- the rest ----

DOCS := $(DESTDIR)$(PREFIX)/share/doc/gradcheck
SHARE := $(DESTDIR)$(PREFIX)/share/gradcheck

# The paths in gradcheck.pc follow from its prefix wherever they can, so that pkg-config can move them along.
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/include/gradcheck \
	  $(DOCS) $(SHARE)
	install $(B)/gradcheck $(DESTDIR)$(PREFIX)/bin/gradcheck
	install -m 644 $(B)/libgradcheck.a $(DESTDIR)$(LIBDIR)/libgradcheck.a
	install $(B)/libgradcheck.so.0 $(DESTDIR)$(LIBDIR)/libgradcheck.so.0
	ln -sf libgradcheck.so.0 $(DESTDIR)$(LIBDIR)/libgradcheck.so
	install -m 644 include/gradcheck/*.h $(DESTDIR)$(PREFIX)/include/gradcheck
	install -m 644 README.md CHANGELOG.md LICENSE $(DOCS)
	install -m 644 layers/euclidean.c $(SHARE)
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR:$(PREFIX)/%=$${prefix}/%)' \
	  'includedir=$${prefix}/include' '' \
	  'Name: gradcheck' 'Description: Tells whether the gradient of a layer is right, and if not, why not' \
	  'Version: $(VERSION)' 'Libs: -L$${libdir} -lgradcheck' 'Libs.private: $(LIBS)' \
	  'Cflags: -I$${includedir}' \
	  > $(DESTDIR)$(LIBDIR)/pkgconfig/gradcheck.pc

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/gradcheck $(DESTDIR)$(PREFIX)/include/gradcheck $(DOCS) $(SHARE) \
	  $(DESTDIR)$(LIBDIR)/libgradcheck.a $(DESTDIR)$(LIBDIR)/libgradcheck.so \
	  $(DESTDIR)$(LIBDIR)/libgradcheck.so.0 $(DESTDIR)$(LIBDIR)/pkgconfig/gradcheck.pc

# Only the lines that were changed since the last commit.
format:
	git clang-format --extensions c,h,cc HEAD

clean:
	rm -rf $(B)

.PHONY: all check checks tutorial tutorial-update verdicts bench mutants floors install uninstall format clean FORCE
.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(wildcard $(B)/checks/*.d $(B)/broken/*.d $(B)/strangers/*.d $(B)/plugins/*.d $(B)/bench/*.d)
