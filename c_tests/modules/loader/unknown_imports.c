/* Calls functions that nothing defines. */
#include "prelude.h"

PG_MODULE_MAGIC;

extern void no_such_function(void);
extern void nor_this_one(void);
extern int	optional(void) __attribute__((weak));

void
_PG_init(void)
{
	no_such_function();
	nor_this_one();
	if (optional)
		optional();
}
