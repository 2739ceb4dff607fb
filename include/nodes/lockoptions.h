/* How rows are locked. */
#ifndef LOCKOPTIONS_H
#define LOCKOPTIONS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef enum LockClauseStrength
{
	LCS_NONE,
	LCS_FORKEYSHARE,
	LCS_FORSHARE,
	LCS_FORNOKEYUPDATE,
	LCS_FORUPDATE,
} LockClauseStrength;

typedef enum LockWaitPolicy
{
	LockWaitBlock,
	LockWaitSkip,
	LockWaitError,
} LockWaitPolicy;

typedef enum LockTupleMode
{
	LockTupleKeyShare,
	LockTupleShare,
	LockTupleNoKeyExclusive,
	LockTupleExclusive,
} LockTupleMode;

PGBGW_END_DECLS

#endif							/* LOCKOPTIONS_H */
