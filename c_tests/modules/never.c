/* never: a static worker that is never restarted and waits to be terminated. */
#include "probe.h"

PGDLLEXPORT void never_main(Datum arg);

void
never_main(Datum arg)
{
	probe_begin();
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("never");
	probe_static("never", "never_main");
}
