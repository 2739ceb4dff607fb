/* The executor: its hooks, and contexts for expressions. */
#ifndef EXECUTOR_H
#define EXECUTOR_H

#include "postgres.h"
#include "executor/execdesc.h"
#include "fmgr.h"
#include "nodes/lockoptions.h"
#include "nodes/parsenodes.h"
#include "utils/memutils.h"

PGBGW_BEGIN_DECLS

#define EXEC_FLAG_EXPLAIN_ONLY 0x0001
#define EXEC_FLAG_EXPLAIN_GENERIC 0x0002
#define EXEC_FLAG_REWIND 0x0004
#define EXEC_FLAG_BACKWARD 0x0008
#define EXEC_FLAG_MARK 0x0010
#define EXEC_FLAG_SKIP_TRIGGERS 0x0020
#define EXEC_FLAG_WITH_NO_DATA 0x0040

typedef void (*ExecutorStart_hook_type) (QueryDesc *queryDesc, int eflags);

extern PGDLLIMPORT ExecutorStart_hook_type ExecutorStart_hook;

typedef void (*ExecutorRun_hook_type) (QueryDesc *queryDesc, ScanDirection direction, uint64 count,
			  bool execute_once);

extern PGDLLIMPORT ExecutorRun_hook_type ExecutorRun_hook;

typedef void (*ExecutorFinish_hook_type) (QueryDesc *queryDesc);

extern PGDLLIMPORT ExecutorFinish_hook_type ExecutorFinish_hook;

typedef void (*ExecutorEnd_hook_type) (QueryDesc *queryDesc);

extern PGDLLIMPORT ExecutorEnd_hook_type ExecutorEnd_hook;

typedef bool (*ExecutorCheckPerms_hook_type) (List *rangeTable, List *rtePermInfos,
			  bool ereport_on_violation);

extern PGDLLIMPORT ExecutorCheckPerms_hook_type ExecutorCheckPerms_hook;
extern void ExecutorStart(QueryDesc *queryDesc, int eflags);
extern void standard_ExecutorStart(QueryDesc *queryDesc, int eflags);
extern void ExecutorRun(QueryDesc *queryDesc, ScanDirection direction, uint64 count,
						bool execute_once);
extern void standard_ExecutorRun(QueryDesc *queryDesc, ScanDirection direction, uint64 count,
								 bool execute_once);
extern void ExecutorFinish(QueryDesc *queryDesc);
extern void standard_ExecutorFinish(QueryDesc *queryDesc);
extern void ExecutorEnd(QueryDesc *queryDesc);
extern void standard_ExecutorEnd(QueryDesc *queryDesc);
extern void ExecutorRewind(QueryDesc *queryDesc);
extern bool ExecCheckPermissions(List *rangeTable, List *rteperminfos, bool ereport_on_violation);
extern TupleDesc ExecTypeFromTL(List *targetList);
extern TupleDesc ExecCleanTypeFromTL(List *targetList);
extern TupleDesc ExecTypeFromExprList(List *exprList);

typedef struct TupOutputState
{
	TupleTableSlot *slot;
	DestReceiver *dest;
} TupOutputState;

extern TupOutputState *begin_tup_output_tupdesc(DestReceiver *dest, TupleDesc tupdesc,
												const TupleTableSlotOps *tts_ops);
extern void do_tup_output(TupOutputState *tstate, const Datum *values, const bool *isnull);
extern void do_text_output_multiline(TupOutputState *tstate, const char *txt);
extern void end_tup_output(TupOutputState *tstate);
extern EState *CreateExecutorState(void);
extern void FreeExecutorState(EState *estate);
extern ExprContext *CreateExprContext(EState *estate);
extern ExprContext *CreateWorkExprContext(EState *estate);
extern ExprContext *CreateStandaloneExprContext(void);
extern void FreeExprContext(ExprContext *econtext, bool isCommit);
extern void ReScanExprContext(ExprContext *econtext);
extern ExprContext *MakePerTupleExprContext(EState *estate);
extern void RegisterExprContextCallback(ExprContext *econtext,
										ExprContextCallbackFunction function, Datum arg);
extern void UnregisterExprContextCallback(ExprContext *econtext,
										  ExprContextCallbackFunction function, Datum arg);
extern Datum GetAttributeByName(HeapTupleHeader tuple, const char *attname, bool *isNull);
extern Datum GetAttributeByNum(HeapTupleHeader tuple, AttrNumber attrno, bool *isNull);

#define ResetExprContext(econtext) MemoryContextReset((econtext)->ecxt_per_tuple_memory)
#define GetPerTupleExprContext(estate) \
	((estate)->es_per_tuple_exprcontext ? (estate)->es_per_tuple_exprcontext : \
	 MakePerTupleExprContext(estate))
#define GetPerTupleMemoryContext(estate) \
	(GetPerTupleExprContext(estate)->ecxt_per_tuple_memory)
#define ResetPerTupleExprContext(estate) \
	do { \
		if ((estate)->es_per_tuple_exprcontext) \
			ResetExprContext((estate)->es_per_tuple_exprcontext); \
	} while (0)
#define do_text_output_oneline(tstate, str_to_emit) \
	do { \
		bool		isnull_ = false; \
		Datum		value_ = PointerGetDatum(cstring_to_text(str_to_emit)); \
\
		do_tup_output(tstate, &value_, &isnull_); \
		pfree(DatumGetPointer(value_)); \
	} while (0)

PGBGW_END_DECLS

#endif							/* EXECUTOR_H */
