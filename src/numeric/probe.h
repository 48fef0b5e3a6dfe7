/* probe.h -- many elements at once: does E change along a direction as the claims about its elements say?
 *
 * With claims a and true derivatives g, a direction v shows their residual rho = (g - a) . v, from differences of E
 * along v alone. One probe costs six evaluations, however many elements there are. What it cannot see are errors that
 * cancel in v; so v is random in sign and size, and there are several. The formulas and why they hold: probe.c. */
#ifndef GCK_NUMERIC_PROBE_H
#define GCK_NUMERIC_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A function of many numbers, around one point. */
struct gck_field {
    /* Moves elements first .. last - 1 by t v_i, as storage rounds it, evaluates, and puts the old values back. *claimed:
     * the sum of claim times actual displacement, to all digits of a double. NaN where the function refuses. */
    double (*at)(void *context, const double *v, size_t first, size_t last, double t, double *claimed);
    void *context;
    double epsilon; /* as in struct gck_function */
    double value;   /* E at the point */
    double noise;   /* nu: |computed E - E| is at most this near the point */
};

struct gck_probe {
    double residual; /* rho */
    double bound;    /* |rho - (g - a) . v| is at most this, the claims' own rounding left out */
    double claimed;  /* a . v */
    double middle;   /* the residual as the central difference at step / 2 alone has it */
    double step;     /* t of the largest of the three rungs */
    double noise;    /* the noise's part of `bound` */
    bool bent;       /* E is no smooth function at these steps: kinks lie on the way */
};

/* Fills v, `count` numbers: s_i times +-2^u, u uniform on [-1, 1), which (seed, stream) alone decide. `size` is s, and may be
 * v itself. */
void gck_probe_direction(uint64_t seed, uint32_t stream, const double *size, size_t count, double *v);

/* nu at the steps that probes take: sigma of two tables of 9 values along v, at t / 8 and t / 11.3. Rounding at neighbouring
 * points is alike, so tables of smaller steps tell too little where E is a long sum. 16 evaluations. */
double gck_probe_noise(const struct gck_field *field, const double *v, size_t first, size_t last, double t);

/* Six evaluations at t, t/2, t/4. False where a value is not finite. */
bool gck_probe_measure(const struct gck_field *field, const double *v, size_t first, size_t last, double t,
                       struct gck_probe *probe);

/* The probe of the smallest bound among t, t/2, t/4, ...: two evaluations for each, until noise decides. False where there
 * is none. */
bool gck_probe_search(const struct gck_field *field, const double *v, size_t first, size_t last, double t,
                      struct gck_probe *probe);

/* The residual by one central difference: two evaluations. NaN where a value is not finite. */
double gck_probe_glance(const struct gck_field *field, const double *v, size_t first, size_t last, double t);

#endif
