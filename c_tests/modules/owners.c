/*
 * owners: things that are given back together, a fact for each question. The facts are the same in
 * PostgreSQL (c_tests/facts/owners.txt). Scenario "again": goes on after one that could not be given back, which
 * PostgreSQL tries for ever.
 */
#include "caught.h"

#include "utils/resowner.h"

PGDLLEXPORT void owners_main(Datum arg);

static void
release(Datum value)
{
	emit("released %d", DatumGetInt32(value));
}

static void
release_none(Datum value)
{
	elog(ERROR, "cannot release %d", DatumGetInt32(value));
}

static char *
print(Datum value)
{
	return psprintf("number %d", DatumGetInt32(value));
}

static const ResourceOwnerDesc early = {
	"early", RESOURCE_RELEASE_BEFORE_LOCKS, RELEASE_PRIO_FIRST, release, print
};
static const ResourceOwnerDesc late_first = {
	"late", RESOURCE_RELEASE_AFTER_LOCKS, RELEASE_PRIO_FIRST, release, print
};
static const ResourceOwnerDesc late_last = {
	"last", RESOURCE_RELEASE_AFTER_LOCKS, RELEASE_PRIO_LAST, release, NULL
};
static const ResourceOwnerDesc broken = {
	"broken", RESOURCE_RELEASE_BEFORE_LOCKS, RELEASE_PRIO_LAST, release_none, print
};

static void
callback(ResourceReleasePhase phase, bool isCommit, bool isTopLevel, void *arg)
{
	emit("phase %d, commit %d, top %d, %s", phase, isCommit, isTopLevel, (char *) arg);
}

static void
remember(ResourceOwner owner, int value, const ResourceOwnerDesc *kind)
{
	ResourceOwnerEnlarge(owner);
	ResourceOwnerRemember(owner, Int32GetDatum(value), kind);
}

static void
release_all(ResourceOwner owner, bool commit)
{
	for (int phase = RESOURCE_RELEASE_BEFORE_LOCKS; phase <= RESOURCE_RELEASE_AFTER_LOCKS; phase++)
		ResourceOwnerRelease(owner, phase, commit, true);
}

static void
trees(void)
{
	ResourceOwner top = ResourceOwnerCreate(NULL, "top");
	ResourceOwner child = ResourceOwnerCreate(top, "child");
	ResourceOwner other = ResourceOwnerCreate(NULL, "other");

	emit("parents: %d %d", ResourceOwnerGetParent(top) == NULL, ResourceOwnerGetParent(child) == top);
	ResourceOwnerNewParent(other, child);
	emit("moved: %d", ResourceOwnerGetParent(other) == child);
	remember(top, 1, &late_last);
	remember(top, 2, &early);
	remember(top, 3, &late_first);
	remember(child, 4, &early);
	remember(other, 5, &late_first);
	remember(top, 6, &early);
	ResourceOwnerForget(top, Int32GetDatum(6), &early);
	caught("not owned", ResourceOwnerForget(top, (Datum) 0x7, &early));
	caught("other kind", ResourceOwnerForget(top, (Datum) 2, &late_first));
	release_all(top, false);
	caught("too late", ResourceOwnerEnlarge(top));
	caught("too late", ResourceOwnerForget(top, (Datum) 2, &early));
	ResourceOwnerDelete(top);
}

static void
kinds(void)
{
	ResourceOwner owner = ResourceOwnerCreate(NULL, "kinds");

	remember(owner, 1, &early);
	remember(owner, 2, &late_first);
	remember(owner, 3, &early);
	ResourceOwnerForget(owner, Int32GetDatum(3), &early);
	ResourceOwnerReleaseAllOfKind(owner, &early);
	remember(owner, 4, &broken);
	remember(owner, 5, &late_last);
	caught("broken", release_all(owner, false));
	emit("current: %d", CurrentResourceOwner == owner);
	CurrentResourceOwner = NULL;
	if (probe_is("again"))
	{
		release_all(owner, false);
		ResourceOwnerDelete(owner);
	}
	owner = ResourceOwnerCreate(NULL, "leaks");
	remember(owner, 7, &early);
	remember(owner, 8, &late_last);
	release_all(owner, true);
	ResourceOwnerDelete(owner);
}

void
owners_main(Datum arg)
{
	ResourceOwner owner;

	probe_begin();
	emit("none: %d %d %d", CurrentResourceOwner == NULL, CurTransactionResourceOwner == NULL,
		 TopTransactionResourceOwner == NULL);
	trees();
	RegisterResourceReleaseCallback(callback, "first");
	RegisterResourceReleaseCallback(callback, "second");
	owner = ResourceOwnerCreate(NULL, "callbacks");
	remember(owner, 1, &early);
	release_all(owner, false);
	UnregisterResourceReleaseCallback(callback, "first");
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, true, true);
	UnregisterResourceReleaseCallback(callback, "second");
	ResourceOwnerDelete(owner);
	kinds();
	CreateAuxProcessResourceOwner();
	emit("own: %d", CurrentResourceOwner == AuxProcessResourceOwner);
	remember(CurrentResourceOwner, 9, &early);
	ReleaseAuxProcessResources(false);
	remember(CurrentResourceOwner, 10, &late_last);
	emit("done");
	proc_exit(0);
}

void
_PG_init(void)
{
	probe_settings("owners");
	probe_static("owners", "owners_main");
}
