/* runs: a worker of another library, which is loaded in the worker: "LIBRARY FUNCTION". */
#include "probe.h"

void
_PG_init(void)
{
	BackgroundWorker worker;
	char		library[BGW_MAXLEN];
	char		function[BGW_MAXLEN];

	probe_settings("runs");
	if (sscanf(probe_scenario, "%95s %95s", library, function) != 2)
		return;
	worker = probe_worker("worker", function);
	strcpy(worker.bgw_library_name, library);
	RegisterBackgroundWorker(&worker);
}
