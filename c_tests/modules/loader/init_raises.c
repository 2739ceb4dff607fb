/* Raises an ERROR in _PG_init. */
#include "prelude.h"

PG_MODULE_MAGIC;

void
_PG_init(void)
{
	ereport(ERROR, errmsg("not today, %s", "postmaster"));
}
