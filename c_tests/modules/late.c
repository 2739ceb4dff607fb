/* late: a running worker registers a static one. */
#include "probe.h"

PGDLLEXPORT void late_main(Datum arg);

void
late_main(Datum arg)
{
	probe_begin();
	probe_static("latecomer", "late_main");
	emit("went on");
}

void
_PG_init(void)
{
	probe_settings("late");
	probe_static("late", "late_main");
}
