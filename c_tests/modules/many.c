/* many: as many static workers as the scenario says, named by number. */
#include "probe.h"

PGDLLEXPORT void many_main(Datum arg);

void
many_main(Datum arg)
{
	probe_begin();
	emit("ran %s", MyBgworkerEntry->bgw_name);
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("many");
	for (int i = 1; i <= atoi(probe_scenario); i++)
	{
		char		name[BGW_MAXLEN];

		snprintf(name, sizeof(name), "%d", i);
		probe_static(name, "many_main");
	}
}
