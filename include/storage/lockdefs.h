/* Modes of heavyweight locks. */
#ifndef LOCKDEFS_H_
#define LOCKDEFS_H_

#include "postgres.h"
#include "access/xlogdefs.h"

PGBGW_BEGIN_DECLS

typedef int LOCKMASK;
typedef int LOCKMODE;

#define NoLock 0
#define AccessShareLock 1
#define RowShareLock 2
#define RowExclusiveLock 3
#define ShareUpdateExclusiveLock 4
#define ShareLock 5
#define ShareRowExclusiveLock 6
#define ExclusiveLock 7
#define AccessExclusiveLock 8

#define MaxLockMode AccessExclusiveLock
#define InplaceUpdateTupleLock ExclusiveLock

PGBGW_END_DECLS

#endif							/* LOCKDEFS_H_ */
