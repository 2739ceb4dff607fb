/* portals: portals of a worker's own, inside PostgreSQL and outside. */
#define DATABASE_MODULE "portals"
#include "database.h"

#include "tcop/pquery.h"
#include "utils/portal.h"
#include "utils/resowner.h"

static void
show(const char *what, Portal portal)
{
	say("%s: name %s, context %s, owner %d, level %d, subtransaction %u/%u, strategy %d, status %d, options %d, "
		"start %d, end %d, position " UINT64_FORMAT ", visible %d, created %d, found %d",
		what, portal->name, portal->portalContext->name, portal->resowner != NULL, portal->createLevel,
		portal->createSubid, portal->activeSubid, portal->strategy, portal->status, portal->cursorOptions,
		portal->atStart, portal->atEnd, portal->portalPos, portal->visible, portal->creation_time != 0,
		GetPortalByName(portal->name) == portal);
}

static void
cleanup(Portal portal)
{
	say("cleanup of %s, status %d", portal->name, portal->status);
}

/* A procedure that commits, as pg_partman's worker calls one. */
static void
procedure(void)
{
	SPIExecuteOptions options = {.allow_nonatomic = true};
	Portal		portal;
	int			code;

	SetCurrentStatementStartTimestamp();
	say("connect without a transaction: %d", SPI_connect_ext(SPI_OPT_NONATOMIC));
	portal = CreateNewPortal();
	portal->visible = false;
	portal->resowner = CurrentResourceOwner;
	ActivePortal = portal;
	PortalContext = portal->portalContext;
	StartTransactionCommand();
	EnsurePortalSnapshotExists();
	say("snapshot %d, the portal's %d", ActiveSnapshotSet(), portal->portalSnapshot != NULL);
	code = SPI_execute("SELECT 1", true, 0);
	say("query: %s", SPI_result_code_string(code));
	code = SPI_execute_extended("CALL twice()", &options);
	say("procedure: %s", SPI_result_code_string(code));
	say("finish: %d", SPI_finish());
	if (ActiveSnapshotSet())
		PopActiveSnapshot();
	CommitTransactionCommand();
	PortalDrop(portal, false);
	ActivePortal = NULL;
	PortalContext = NULL;
}

static void
facts(void)
{
	Portal		first,
				second;

	first = CreateNewPortal();
	show("outside a transaction", first);
	PortalDrop(first, false);
	say("dropped: %d", GetPortalByName("<unnamed portal 1>") == NULL && GetPortalByName(NULL) == NULL);
	StartTransactionCommand();
	caught("no snapshot", EnsurePortalSnapshotExists());
	first = CreateNewPortal();
	second = CreatePortal("mine", false, false);
	show("unnamed", first);
	show("named", second);
	caught("the same name", CreatePortal("mine", false, false));
	second = CreatePortal("mine", true, true);
	second->cleanup = cleanup;
	caught("unpin", UnpinPortal(second));
	PinPortal(second);
	caught("pin", PinPortal(second));
	caught("drop pinned", PortalDrop(second, false));
	UnpinPortal(second);
	caught("run new", MarkPortalActive(second));
	second->status = PORTAL_READY;
	MarkPortalActive(second);
	caught("drop active", PortalDrop(second, false));
	MarkPortalDone(second);
	say("run: status %d, cleanup %d", second->status, second->cleanup != NULL);
	PortalDrop(second, false);
	second = CreatePortal("left", false, false);
	second->cleanup = cleanup;
	PinPortal(second);
	caught("commit while pinned", CommitTransactionCommand());
	AbortCurrentTransaction();
	StartTransactionCommand();
	second = CreatePortal("left", false, false);
	second->cleanup = cleanup;
	CommitTransactionCommand();
	say("after commit: %d", GetPortalByName("left") == NULL);
	StartTransactionCommand();
	second = CreatePortal("left", false, false);
	second->cleanup = cleanup;
	PinPortal(second);
	AbortCurrentTransaction();
	say("after abort: %d", GetPortalByName("left") == NULL);
	begin();
	SPI_execute("CREATE TABLE IF NOT EXISTS done (n int)", false, 0);
	SPI_execute("CREATE PROCEDURE twice() LANGUAGE plpgsql AS "
				"$$ BEGIN INSERT INTO done VALUES (1); COMMIT; INSERT INTO done VALUES (2); END $$", false, 0);
	end();
	procedure();
	begin();
	SPI_execute("SELECT count(*) FROM done", true, 0);
	say("rows: %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	end();
}
