/* Where results go. */
#ifndef DEST_H
#define DEST_H

#include "postgres.h"
#include "executor/tuptable.h"
#include "tcop/cmdtag.h"

PGBGW_BEGIN_DECLS

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

/* A destination: a slot is received, and true means that more is wanted. */
struct _DestReceiver
{
	bool		(*receiveSlot) (TupleTableSlot *slot,
								DestReceiver *self);
	void		(*rStartup) (DestReceiver *self,
							 int operation,
							 TupleDesc typeinfo);
	void		(*rShutdown) (DestReceiver *self);
	void		(*rDestroy) (DestReceiver *self);
	CommandDest mydest;
};

extern PGDLLIMPORT DestReceiver *None_Receiver;
extern void BeginCommand(CommandTag commandTag, CommandDest dest);
extern DestReceiver *CreateDestReceiver(CommandDest dest);
extern void EndCommand(const QueryCompletion *qc, CommandDest dest, bool force_undecorated_output);
extern void EndReplicationCommand(const char *commandTag);
extern void NullCommand(CommandDest dest);
extern void ReadyForQuery(CommandDest dest);

PGBGW_END_DECLS

#endif							/* DEST_H */
