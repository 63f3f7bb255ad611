/* SPDX-License-Identifier: MIT
 * Goes only into libraries that carry a private copy of GSL. Defining these two here keeps GSL's error.o, with
 * its one handler for the whole process, and the one object of its CBLAS that is not position independent out
 * of the copy: the host's GSL never notices, and nothing aborts. Failures come back as status codes, checked in
 * gsl.c. */

void gsl_error(const char *reason, const char *file, int line, int number);
void cblas_xerbla(int argument, const char *routine, const char *form, ...);

void gsl_error(const char *reason, const char *file, int line, int number)
{
    (void)reason;
    (void)file;
    (void)line;
    (void)number;
}

void cblas_xerbla(int argument, const char *routine, const char *form, ...)
{
    (void)argument;
    (void)routine;
    (void)form;
}
