/*
 * rowsets: functions for SQL that return sets and rows, in every way that funcapi.h has. Called by
 * "pgbgw call" and by SQL they give the same.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

PG_MODULE_MAGIC;

/* Exported by PostgreSQL since 17.11. */
#pragma weak heap_datum_check

PG_FUNCTION_INFO_V1(rowsets_series);
PG_FUNCTION_INFO_V1(rowsets_nulls);
PG_FUNCTION_INFO_V1(rowsets_rows);
PG_FUNCTION_INFO_V1(rowsets_strings);
PG_FUNCTION_INFO_V1(rowsets_store);
PG_FUNCTION_INFO_V1(rowsets_expected);
PG_FUNCTION_INFO_V1(rowsets_by_hand);
PG_FUNCTION_INFO_V1(rowsets_one);
PG_FUNCTION_INFO_V1(rowsets_asks);
PG_FUNCTION_INFO_V1(rowsets_breaks);
PG_FUNCTION_INFO_V1(rowsets_leaves);

/* 1 to n, a value for each call. */
Datum
rowsets_series(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;

	if (SRF_IS_FIRSTCALL())
	{
		context = SRF_FIRSTCALL_INIT();
		context->max_calls = PG_GETARG_INT32(0);
		context->user_fctx = MemoryContextStrdup(context->multi_call_memory_ctx, "kept");
	}
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr < context->max_calls)
	{
		/* Memory of this call only. */
		char	   *text = psprintf("%d", (int) context->call_cntr + 1);

		if (strcmp(context->user_fctx, "kept") != 0)
			elog(ERROR, "forgotten");
		SRF_RETURN_NEXT(context, Int32GetDatum(atoi(text)));
	}
	SRF_RETURN_DONE(context);
}

/* Every other one is NULL. */
Datum
rowsets_nulls(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;

	if (SRF_IS_FIRSTCALL())
		context = SRF_FIRSTCALL_INIT();
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr == 4)
		SRF_RETURN_DONE(context);
	if (context->call_cntr % 2)
		SRF_RETURN_NEXT_NULL(context);
	SRF_RETURN_NEXT(context, CStringGetTextDatum("a|b"));
}

static HeapTuple
row(TupleDesc desc, int n)
{
	Datum		values[4];
	bool		nulls[4] = {false, false, false, false};

	values[0] = Int32GetDatum(n);
	values[1] = CStringGetTextDatum(psprintf("row %d", n));
	values[2] = BoolGetDatum(n % 2);
	values[3] = Float8GetDatum(n / 4.0);
	nulls[1] = n == 2;
	nulls[3] = n == 3;
	return heap_form_tuple(desc, values, nulls);
}

static TupleDesc
description(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(4);

	TupleDescInitEntry(desc, 1, "n", INT4OID, -1, 0);
	TupleDescInitEntry(desc, 2, "words", TEXTOID, -1, 0);
	TupleDescInitEntry(desc, 3, "odd", BOOLOID, -1, 0);
	TupleDescInitEntry(desc, 4, "quarter", FLOAT8OID, -1, 0);
	return desc;
}

/* Rows, one for each call; the fourth is NULL. */
Datum
rowsets_rows(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		context->tuple_desc = BlessTupleDesc(description());
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr == 5)
		SRF_RETURN_DONE(context);
	if (context->call_cntr == 3)
		SRF_RETURN_NEXT_NULL(context);
	SRF_RETURN_NEXT(context, HeapTupleGetDatum(row(context->tuple_desc, context->call_cntr + 1)));
}

/* Rows of the type that the caller says, from texts. */
Datum
rowsets_strings(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		TupleDesc	desc;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "no row type");
		context->attinmeta = TupleDescGetAttInMetadata(desc);
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr == 2)
		SRF_RETURN_DONE(context);
	else
	{
		char	   *values[3] = {"7", "2024-02-29", NULL};

		if (context->call_cntr == 1)
			values[0] = NULL, values[2] = "{1,NULL,3}";
		SRF_RETURN_NEXT(context,
						HeapTupleGetDatum(BuildTupleFromCStrings(context->attinmeta, values)));
	}
}

static void
fill(Tuplestorestate *store, TupleDesc desc)
{
	Datum		values[4] = {Int32GetDatum(0), 0, BoolGetDatum(true), Float8GetDatum(-1.5)};
	bool		nulls[4] = {false, true, false, false};

	tuplestore_puttuple(store, row(desc, 1));
	tuplestore_putvalues(store, desc, values, nulls);
	tuplestore_puttuple(store, row(desc, 3));
}

/* All rows at once. */
Datum
rowsets_store(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	fill(set->setResult, set->setDesc);
	return (Datum) 0;
}

/* With the caller's description, in a transient store that is cleared once. */
Datum
rowsets_expected(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC | MAT_SRF_BLESS);
	fill(set->setResult, set->setDesc);
	tuplestore_clear(set->setResult);
	fill(set->setResult, set->setDesc);
	elog(NOTICE, "%lld rows in memory %d, at end %d",
		 (long long) tuplestore_tuple_count(set->setResult), tuplestore_in_memory(set->setResult),
		 tuplestore_ateof(set->setResult));
	return (Datum) 0;
}

/* As functions did before there was InitMaterializedSRF. */
Datum
rowsets_by_hand(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	Tuplestorestate *store;

	if (set == NULL || !IsA(set, ReturnSetInfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	elog(NOTICE, "modes %d, mode %d, %d columns, first \"%s\"", set->allowedModes,
		 set->returnMode, set->expectedDesc->natts,
		 NameStr(TupleDescAttr(set->expectedDesc, 0)->attname));
	old = MemoryContextSwitchTo(set->econtext->ecxt_per_query_memory);
	store = tuplestore_begin_heap(set->allowedModes & SFRM_Materialize_Random, false, work_mem);
	set->returnMode = SFRM_Materialize;
	set->setResult = store;
	set->setDesc = description();
	MemoryContextSwitchTo(old);
	fill(store, set->setDesc);
	PG_RETURN_NULL();
}

/* One row. */
Datum
rowsets_one(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "no row type");
	PG_RETURN_DATUM(HeapTupleGetDatum(row(BlessTupleDesc(desc), PG_GETARG_INT32(0))));
}

/* What a function can know of its result. */
Datum
rowsets_asks(PG_FUNCTION_ARGS)
{
	Oid			type;
	TupleDesc	desc = NULL;
	TypeFuncClass class = get_call_result_type(fcinfo, &type, &desc);

	elog(NOTICE, "class %d, type %u, description %d, set %d", class, type, desc != NULL,
		 fcinfo->flinfo->fn_retset);
	if (desc)
		for (int i = 0; i < desc->natts; i++)
			elog(NOTICE, "%s %u", NameStr(TupleDescAttr(desc, i)->attname),
				 TupleDescAttr(desc, i)->atttypid);
	PG_RETURN_NULL();
}

/* Does not keep to the rules. */
Datum
rowsets_breaks(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	FuncCallContext *context;

	switch (PG_GETARG_INT32(0))
	{
		case 1:
			set->returnMode = 8;
			PG_RETURN_NULL();
		case 2:
			set->returnMode = SFRM_Materialize;
			set->isDone = ExprMultipleResult;
			PG_RETURN_NULL();
		case 3:
			/* No rows at all. */
			set->returnMode = SFRM_Materialize;
			PG_RETURN_NULL();
		case 4:
			(void) init_MultiFuncCall(fcinfo);
			(void) init_MultiFuncCall(fcinfo);
			PG_RETURN_NULL();
		case 5:
			/* An error after a row. */
			if (SRF_IS_FIRSTCALL())
				context = SRF_FIRSTCALL_INIT();
			context = SRF_PERCALL_SETUP();
			if (context->call_cntr == 1)
				elog(ERROR, "that is enough");
			SRF_RETURN_NEXT(context, HeapTupleGetDatum(row(BlessTupleDesc(description()), 1)));
		default:
			/* A set for who says nothing of sets. */
			if (SRF_IS_FIRSTCALL())
				context = SRF_FIRSTCALL_INIT();
			context = SRF_PERCALL_SETUP();
			SRF_RETURN_NEXT(context, HeapTupleGetDatum(row(BlessTupleDesc(description()), 1)));
	}
}

static void
told(Datum arg)
{
	elog(NOTICE, "over %d", DatumGetInt32(arg));
}

/* Has itself told of the end, twice, and takes a third call back. */
Datum
rowsets_leaves(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	for (int i = 1; i <= 3; i++)
		RegisterExprContextCallback(set->econtext, told, Int32GetDatum(i));
	UnregisterExprContextCallback(set->econtext, told, Int32GetDatum(2));
	PG_RETURN_INT32(5);
}
