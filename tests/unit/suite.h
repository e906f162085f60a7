/* One line instead of Check's ten: SUITE(name, tests...) is a whole main(). */
#ifndef SUITE_H
#define SUITE_H
#include <check.h>
#include <stdlib.h>

static inline int suite_run(const char *name, const TTest *const *test, size_t n)
{
	Suite *s = suite_create(name);
	TCase *c = tcase_create(name);
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 120);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(c, test[i]);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define SUITE(name, ...)                                                  \
	int main(void)                                                    \
	{                                                                 \
		const TTest *const test[] = { __VA_ARGS__ };              \
		return suite_run(name, test, sizeof test / sizeof *test); \
	}
#endif
