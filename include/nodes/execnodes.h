/* State of queries: what functions and hooks see of it. */
#ifndef EXECNODES_H
#define EXECNODES_H

#include "postgres.h"
#include "access/sdir.h"
#include "executor/instrument.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "lib/ilist.h"
#include "lib/pairingheap.h"
#include "nodes/params.h"
#include "nodes/plannodes.h"
#include "storage/condition_variable.h"
#include "utils/hsearch.h"
#include "utils/queryenvironment.h"
#include "utils/relcache.h"
#include "utils/reltrigger.h"
#include "utils/snapshot.h"
#include "utils/tuplestore.h"

PGBGW_BEGIN_DECLS

struct ExecRowMark;
struct PartitionDirectoryData;
typedef struct ExprState ExprState;
typedef struct PlanState PlanState;
typedef struct JunkFilter JunkFilter;
typedef struct ResultRelInfo ResultRelInfo;
typedef struct PartitionDirectoryData *PartitionDirectory;
struct dsa_area;

struct ExprContext;

typedef void (*ExprContextCallbackFunction) (Datum arg);

typedef struct ExprContext_CB
{
	struct ExprContext_CB *next;
	ExprContextCallbackFunction function;
	Datum		arg;
} ExprContext_CB;

typedef struct ExprContext
{
	NodeTag		type;
	TupleTableSlot *ecxt_scantuple;
	TupleTableSlot *ecxt_innertuple;
	TupleTableSlot *ecxt_outertuple;
	MemoryContext ecxt_per_query_memory;
	MemoryContext ecxt_per_tuple_memory;
	ParamExecData *ecxt_param_exec_vals;
	ParamListInfo ecxt_param_list_info;
	Datum	   *ecxt_aggvalues;
	bool	   *ecxt_aggnulls;
	Datum		caseValue_datum;
	bool		caseValue_isNull;
	Datum		domainValue_datum;
	bool		domainValue_isNull;
	struct EState *ecxt_estate;
	ExprContext_CB *ecxt_callbacks;
} ExprContext;

typedef enum
{
	ExprSingleResult,
	ExprMultipleResult,
	ExprEndResult,
} ExprDoneCond;

typedef enum
{
	SFRM_ValuePerCall = 0x01,
	SFRM_Materialize = 0x02,
	SFRM_Materialize_Random = 0x04,
	SFRM_Materialize_Preferred = 0x08,
} SetFunctionReturnMode;

/* How a function that returns rows gives them back. */
typedef struct ReturnSetInfo
{
	NodeTag		type;
	ExprContext *econtext;
	TupleDesc	expectedDesc;
	int			allowedModes;
	SetFunctionReturnMode returnMode;
	ExprDoneCond isDone;
	Tuplestorestate *setResult;
	TupleDesc	setDesc;
} ReturnSetInfo;

typedef struct EState
{
	NodeTag		type;
	ScanDirection es_direction;
	Snapshot	es_snapshot;
	Snapshot	es_crosscheck_snapshot;
	List	   *es_range_table;
	Index		es_range_table_size;
	Relation   *es_relations;
	struct ExecRowMark **es_rowmarks;
	List	   *es_rteperminfos;
	PlannedStmt *es_plannedstmt;
	const char *es_sourceText;
	JunkFilter *es_junkFilter;
	CommandId	es_output_cid;
	ResultRelInfo **es_result_relations;
	List	   *es_opened_result_relations;
	PartitionDirectory es_partition_directory;
	List	   *es_tuple_routing_result_relations;
	List	   *es_trig_target_relations;
	ParamListInfo es_param_list_info;
	ParamExecData *es_param_exec_vals;
	QueryEnvironment *es_queryEnv;
	MemoryContext es_query_cxt;
	List	   *es_tupleTable;
	uint64		es_processed;
	uint64		es_total_processed;
	int			es_top_eflags;
	int			es_instrument;
	bool		es_finished;
	List	   *es_exprcontexts;
	List	   *es_subplanstates;
	List	   *es_auxmodifytables;
	ExprContext *es_per_tuple_exprcontext;
	struct EPQState *es_epq_active;
	bool		es_use_parallel_mode;
	struct dsa_area *es_query_dsa;
	int			es_jit_flags;
	struct JitContext *es_jit;
	struct JitInstrumentation *es_jit_worker_instr;
	List	   *es_insert_pending_result_relations;
	List	   *es_insert_pending_modifytables;
} EState;

PGBGW_END_DECLS

#endif							/* EXECNODES_H */
