/* Where results go. */
#ifndef DEST_H
#define DEST_H

#include "postgres.h"

typedef enum
{
	DestNone,
	DestDebug,
	DestRemote,
	DestRemoteExecute,
	DestRemoteSimple,
	DestSPI,
	DestTuplestore,
	DestIntoRel,
	DestCopyOut,
	DestSQLFunction,
	DestTransientRel,
	DestTupleQueue,
	DestExplainSerialize,
} CommandDest;

typedef struct _DestReceiver DestReceiver;

#endif							/* DEST_H */
