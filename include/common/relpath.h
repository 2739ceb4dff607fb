/* Files of tables. */
#ifndef RELPATH_H
#define RELPATH_H

#include "postgres.h"
#include "storage/procnumber.h"
#include "catalog/catversion.h"

PGBGW_BEGIN_DECLS

typedef Oid RelFileNumber;

#define InvalidRelFileNumber ((RelFileNumber) InvalidOid)
#define TABLESPACE_VERSION_DIRECTORY "PG_" PG_MAJORVERSION "_" CppAsString2(CATALOG_VERSION_NO)
#define OIDCHARS 10

typedef enum ForkNumber
{
	InvalidForkNumber = -1,
	MAIN_FORKNUM = 0,
	FSM_FORKNUM,
	VISIBILITYMAP_FORKNUM,
	INIT_FORKNUM,
} ForkNumber;

#define MAX_FORKNUM INIT_FORKNUM
#define FORKNAMECHARS 4

extern PGDLLIMPORT const char *const forkNames[];
extern ForkNumber forkname_to_number(const char *forkName);
extern int	forkname_chars(const char *str, ForkNumber *fork);
extern char *GetDatabasePath(Oid dbOid, Oid spcOid);
extern char *GetRelationPath(Oid dbOid, Oid spcOid, RelFileNumber relNumber, int procNumber,
							 ForkNumber forkNumber);

#define RelFileNumberIsValid(relnumber) ((bool) ((relnumber) != InvalidRelFileNumber))
#define relpathbackend(rlocator, backend, forknum) \
	GetRelationPath((rlocator).dbOid, (rlocator).spcOid, (rlocator).relNumber, backend, forknum)
#define relpathperm(rlocator, forknum) relpathbackend(rlocator, INVALID_PROC_NUMBER, forknum)

PGBGW_END_DECLS

#endif							/* RELPATH_H */
