/* What tells the files of one table from those of another. */
#ifndef RELFILELOCATOR_H
#define RELFILELOCATOR_H

#include "postgres.h"
#include "common/relpath.h"
#include "storage/procnumber.h"

PGBGW_BEGIN_DECLS

typedef struct RelFileLocator
{
	Oid			spcOid;
	Oid			dbOid;
	RelFileNumber relNumber;
} RelFileLocator;

typedef struct RelFileLocatorBackend
{
	RelFileLocator locator;
	ProcNumber	backend;
} RelFileLocatorBackend;

#define RelFileLocatorBackendIsTemp(rlocator) ((rlocator).backend != INVALID_PROC_NUMBER)
#define RelFileLocatorEquals(locator1, locator2) \
	((locator1).relNumber == (locator2).relNumber && \
	 (locator1).dbOid == (locator2).dbOid && (locator1).spcOid == (locator2).spcOid)
#define RelFileLocatorBackendEquals(locator1, locator2) \
	(RelFileLocatorEquals((locator1).locator, (locator2).locator) && \
	 (locator1).backend == (locator2).backend)

PGBGW_END_DECLS

#endif							/* RELFILELOCATOR_H */
