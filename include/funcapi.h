/* Functions that return rows. */
#ifndef FUNCAPI_H
#define FUNCAPI_H

#include "postgres.h"
#include "access/tupdesc.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "fmgr.h"

PGBGW_BEGIN_DECLS

typedef struct AttInMetadata
{
	TupleDesc	tupdesc;
	FmgrInfo   *attinfuncs;
	Oid		   *attioparams;
	int32	   *atttypmods;
} AttInMetadata;

typedef struct FuncCallContext
{
	uint64		call_cntr;
	uint64		max_calls;
	void	   *user_fctx;
	AttInMetadata *attinmeta;
	MemoryContext multi_call_memory_ctx;
	TupleDesc	tuple_desc;
} FuncCallContext;

typedef enum TypeFuncClass
{
	TYPEFUNC_SCALAR,
	TYPEFUNC_COMPOSITE,
	TYPEFUNC_COMPOSITE_DOMAIN,
	TYPEFUNC_RECORD,
	TYPEFUNC_OTHER,
} TypeFuncClass;

extern TypeFuncClass get_call_result_type(FunctionCallInfo fcinfo, Oid *resultTypeId,
										  TupleDesc *resultTupleDesc);
extern TypeFuncClass get_expr_result_type(Node *expr, Oid *resultTypeId,
										  TupleDesc *resultTupleDesc);
extern TypeFuncClass get_func_result_type(Oid functionId, Oid *resultTypeId,
										  TupleDesc *resultTupleDesc);
extern TupleDesc get_expr_result_tupdesc(Node *expr, bool noError);
extern bool resolve_polymorphic_argtypes(int numargs, Oid *argtypes, char *argmodes,
										 Node *call_expr);
extern int	get_func_arg_info(HeapTuple procTup, Oid **p_argtypes, char ***p_argnames,
							  char **p_argmodes);
extern int	get_func_input_arg_names(Datum proargnames, Datum proargmodes, char ***arg_names);
extern int	get_func_trftypes(HeapTuple procTup, Oid **p_trftypes);
extern char *get_func_result_name(Oid functionId);
extern TupleDesc build_function_result_tupdesc_d(char prokind, Datum proallargtypes,
												 Datum proargmodes, Datum proargnames);
extern TupleDesc build_function_result_tupdesc_t(HeapTuple procTuple);
extern TupleDesc RelationNameGetTupleDesc(const char *relname);
extern TupleDesc TypeGetTupleDesc(Oid typeoid, List *colaliases);
extern TupleDesc BlessTupleDesc(TupleDesc tupdesc);
extern AttInMetadata *TupleDescGetAttInMetadata(TupleDesc tupdesc);
extern HeapTuple BuildTupleFromCStrings(AttInMetadata *attinmeta, char **values);
extern Datum HeapTupleHeaderGetDatum(HeapTupleHeader tuple);

#define MAT_SRF_USE_EXPECTED_DESC 0x01
#define MAT_SRF_BLESS 0x02

extern void InitMaterializedSRF(FunctionCallInfo fcinfo, bits32 flags);
extern FuncCallContext *init_MultiFuncCall(PG_FUNCTION_ARGS);
extern FuncCallContext *per_MultiFuncCall(PG_FUNCTION_ARGS);
extern void end_MultiFuncCall(PG_FUNCTION_ARGS, FuncCallContext *funcctx);
extern int	extract_variadic_args(FunctionCallInfo fcinfo, int variadic_start,
								  bool convert_unknown, Datum **args, Oid **types, bool **nulls);

static inline Datum
HeapTupleGetDatum(const HeapTupleData *tuple)
{
	return HeapTupleHeaderGetDatum(tuple->t_data);
}

#define TupleGetDatum(_slot, _tuple) HeapTupleGetDatum(_tuple)

/* One row a call; the state is between the calls. */
#define SRF_IS_FIRSTCALL() (fcinfo->flinfo->fn_extra == NULL)
#define SRF_FIRSTCALL_INIT() init_MultiFuncCall(fcinfo)
#define SRF_PERCALL_SETUP() per_MultiFuncCall(fcinfo)
#define PGBGW_SRF_IS_DONE(done) (((ReturnSetInfo *) fcinfo->resultinfo)->isDone = (done))
#define SRF_RETURN_NEXT(_funcctx, _result) \
	do { \
		(_funcctx)->call_cntr++; \
		PGBGW_SRF_IS_DONE(ExprMultipleResult); \
		PG_RETURN_DATUM(_result); \
	} while (0)
#define SRF_RETURN_NEXT_NULL(_funcctx) \
	do { \
		(_funcctx)->call_cntr++; \
		PGBGW_SRF_IS_DONE(ExprMultipleResult); \
		PG_RETURN_NULL(); \
	} while (0)
#define SRF_RETURN_DONE(_funcctx) \
	do { \
		end_MultiFuncCall(fcinfo, _funcctx); \
		PGBGW_SRF_IS_DONE(ExprEndResult); \
		PG_RETURN_NULL(); \
	} while (0)

PGBGW_END_DECLS

#endif							/* FUNCAPI_H */
