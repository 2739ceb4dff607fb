/* broken: registers a worker, then raises an ERROR in _PG_init. */
#include "probe.h"

void
_PG_init(void)
{
	probe_settings("broken");
	probe_static("of the broken library", "no_such_function");
	ereport(ERROR, (errmsg("broken on purpose")));
}
