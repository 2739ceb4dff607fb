/*
 * hooks: registers a worker in shmem_request_hook ("request") or in shmem_startup_hook
 * ("startup"), and asks for a dynamic one where there can be none.
 */
#include "probe.h"

PGDLLEXPORT void hooks_main(Datum arg);

static shmem_request_hook_type previous_request;
static shmem_startup_hook_type previous_startup;

void
hooks_main(Datum arg)
{
	emit("ran %s", MyBgworkerEntry->bgw_name);
}

static void
ask_dynamic(const char *where)
{
	emit("dynamic in %s: %s", where,
		 probe_dynamic("dynamic", "hooks_main") ? "accepted" : "no room");
}

static void
on_request(void)
{
	if (previous_request)
		previous_request();
	ask_dynamic("shmem_request_hook");
	if (probe_is("request"))
		probe_static("requested", "hooks_main");
}

static void
on_startup(void)
{
	if (previous_startup)
		previous_startup();
	ask_dynamic("shmem_startup_hook");
	if (probe_is("startup"))
		probe_static("too late", "hooks_main");
}

void
_PG_init(void)
{
	probe_settings("hooks");
	previous_request = shmem_request_hook;
	shmem_request_hook = on_request;
	previous_startup = shmem_startup_hook;
	shmem_startup_hook = on_startup;
	ask_dynamic("_PG_init");
}
