/* loaded: to be loaded by a worker, too late to register a static one. */
#include "probe.h"

PGDLLEXPORT void loaded_main(Datum arg);

void
loaded_main(Datum arg)
{
	elog(LOG, "main runs");
}

void
_PG_init(void)
{
	probe_module = "loaded";
	elog(LOG, "_PG_init runs");
	probe_static("latecomer", "loaded_main");
}
