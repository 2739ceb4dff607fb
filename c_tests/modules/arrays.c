/* arrays: arrays that are built, gone through, and changed. */
#define DATABASE_MODULE "arrays"
#include "database.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

static const char *
shown(Datum array)
{
	Oid			output;
	bool		varlena;

	getTypeOutputInfo(INT4ARRAYOID, &output, &varlena);
	return OidOutputFunctionCall(output, array);
}

static Datum
array(const char *value, Oid type)
{
	Oid			input;
	Oid			ioparam;

	getTypeInputInfo(type, &input, &ioparam);
	return OidInputFunctionCall(input, (char *) value, ioparam, -1);
}

static void
build(void)
{
	ArrayBuildState *state = NULL;
	int			i;
	int			dims[2] = {3, 2};
	int			lbs[2] = {1, -1};

	for (i = 0; i < 100; i++)
		state = accumArrayResult(state, Int32GetDatum(i), i % 7 == 0, INT4OID, CurrentMemoryContext);
	say("state: %d of %d, type %u, len %d %d %c, own %d", state->nelems, state->alen, state->element_type, state->typlen,
		state->typbyval, state->typalign, state->private_cxt);
	say("built: %s", shown(makeArrayResult(state, CurrentMemoryContext)));
	state = initArrayResult(TEXTOID, CurrentMemoryContext, false);
	say("state: %d of %d, own %d", state->nelems, state->alen, state->private_cxt);
	say("empty: %s", shown(makeArrayResult(state, CurrentMemoryContext)));
	for (i = 0; i < 6; i++)
		state = accumArrayResult(state, CStringGetTextDatum(psprintf("text %d", i)), i == 3, TEXTOID, CurrentMemoryContext);
	say("texts: %s", shown(makeMdArrayResult(state, 2, dims, lbs, CurrentMemoryContext, false)));
	state = initArrayResultWithSize(FLOAT8OID, CurrentMemoryContext, true, 2);
	for (i = 0; i < 5; i++)
		accumArrayResult(state, Float8GetDatum(i / 2.0), false, FLOAT8OID, CurrentMemoryContext);
	say("floats: %d of %d, %s", state->nelems, state->alen, shown(makeArrayResult(state, CurrentMemoryContext)));
}

static void
through(const char *value, int slice)
{
	ArrayType  *arr = DatumGetArrayTypeP(array(value, INT4ARRAYOID));
	ArrayIterator iterator = array_create_iterator(arr, slice, NULL);
	Datum		found;
	bool		isnull;

	say("through %s by %d", value, slice);
	while (array_iterate(iterator, &found, &isnull))
		say("  %s", isnull ? "null" : slice ? shown(found) : psprintf("%d", DatumGetInt32(found)));
	array_free_iterator(iterator);
}

static void
get(const char *value, int n, int first, int second)
{
	int			subscripts[2] = {first, second};
	bool		isnull;
	Datum		found = array_get_element(array(value, INT4ARRAYOID), n, subscripts, -1, 4, true, 'i', &isnull);

	say("%s at %d %d: %d, null %d", value, first, second, isnull ? 0 : DatumGetInt32(found), isnull);
}

static void
set(const char *value, int n, int first, int second, bool null)
{
	int			subscripts[2] = {first, second};

	caught(psprintf("%s at %d %d", value, first, second),
		   say("%s with %d %d: %s", value, first, second,
			   shown(array_set_element(array(value, INT4ARRAYOID), n, subscripts, Int32GetDatum(99), null, -1, 4, true, 'i'))));
}

static void
typmods(const char *value)
{
	int			count = 0;
	int32	   *found;

	caught(value, found = ArrayGetIntegerTypmods(DatumGetArrayTypeP(array(value, CSTRINGARRAYOID)), &count);
		   say("modifiers: %d, %d %d", count, found[0], count > 1 ? found[1] : 0));
}

static void
datums(void)
{
	Datum		one = CStringGetTextDatum("a text");
	Datum		other = datumCopy(one, false, -1);
	Datum		name = CStringGetDatum("a string");

	say("sizes: %zu %zu %zu %zu", datumGetSize(one, false, -1), datumGetSize(name, false, -2), datumGetSize(Int32GetDatum(1), true, 4),
		datumGetSize(PointerGetDatum("\x07" "ab"), false, -1));
	say("equal: %d %d %d", datumIsEqual(one, other, false, -1), datumIsEqual(one, CStringGetTextDatum("b text"), false, -1),
		datumIsEqual(Int32GetDatum(1), Int32GetDatum(1), true, 4));
	say("alike: %d %d", datum_image_eq(one, other, false, -1), datum_image_eq(Int64GetDatum(-1), Int64GetDatum(1), true, 8));
	say("copies: %s %s %d", TextDatumGetCString(other), DatumGetCString(datumCopy(name, false, -2)), other != one);
	caught("no value", datumGetSize(0, false, -1));
}

static void
facts(void)
{
	int			subscripts[2] = {1, 1};
	bool		isnull;
	int			dims[2] = {2, 3};
	int			lbs[2] = {1, 0};

	begin();
	build();
	through("{1,NULL,3}", 0);
	through("{{1,2},{3,4},{5,NULL}}", 1);
	through("{{1,2},{3,4}}", 2);
	through("{}", 0);
	caught("too deep", through("{1}", 2));
	get("{1,NULL,3}", 1, 3, 0);
	get("{1,NULL,3}", 1, 2, 0);
	get("{1,NULL,3}", 1, 4, 0);
	get("{{1,2},{3,4}}", 2, 2, 1);
	get("{{1,2},{3,4}}", 1, 2, 1);
	get("[5:6]={7,8}", 1, 6, 0);
	get("{}", 1, 1, 0);
	set("{1,2,3}", 1, 2, 0, false);
	set("{1,2,3}", 1, 2, 0, true);
	set("{1,2,3}", 1, 6, 0, false);
	set("{1,2,3}", 1, -1, 0, false);
	set("{}", 1, 4, 0, false);
	set("{}", 2, 4, 5, true);
	set("{{1,2},{3,4}}", 2, 1, 2, false);
	set("{{1,2},{3,4}}", 2, 3, 2, false);
	set("{{1,2},{3,4}}", 1, 1, 0, false);
	set("{1}", 0, 1, 0, false);
	say("old names: %d, %s", DatumGetInt32(array_ref(DatumGetArrayTypeP(array("{5,6}", INT4ARRAYOID)), 1, subscripts, -1, 4, true, 'i', &isnull)),
		shown(PointerGetDatum(array_set(DatumGetArrayTypeP(array("{5,6}", INT4ARRAYOID)), 1, subscripts, Int32GetDatum(7), false, -1, 4, true, 'i'))));
	say("offset: %d", ArrayGetOffset(2, dims, lbs, subscripts));
	typmods("{10,2}");
	typmods("{x}");
	typmods("{{1}}");
	typmods("{NULL}");
	datums();
	end();
}
