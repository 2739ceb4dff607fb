/*
 * probe_shared.h: a probe whose processes have a struct Shared, of zeros at first, in shared memory. Included once,
 * after that type; SHARED_PROBE is the module's name, and its worker is NAME_main.
 */
static Shared *
find(void)
{
	bool		found;
	Shared	   *memory;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	memory = ShmemInitStruct(SHARED_PROBE, sizeof(Shared), &found);
	if (!found)
		memset(memory, 0, sizeof(Shared));
	LWLockRelease(AddinShmemInitLock);
	return memory;
}

static void
request(void)
{
	RequestAddinShmemSpace(sizeof(Shared));
}

void
_PG_init(void)
{
	probe_settings(SHARED_PROBE);
	shmem_request_hook = request;
	probe_static(SHARED_PROBE, SHARED_PROBE "_main");
}
