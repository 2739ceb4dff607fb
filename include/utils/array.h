/* Arrays: their form in memory, taking them apart and making them. */
#ifndef ARRAY_H
#define ARRAY_H

#include "fmgr.h"

#define MAXDIM 6

/* Dimensions, lower bounds, perhaps a bitmap of NULLs, and the members follow. */
typedef struct ArrayType
{
	int32		vl_len_;
	int			ndim;
	int32		dataoffset;		/* of the members; 0 without a bitmap */
	Oid			elemtype;
} ArrayType;

#define DatumGetArrayTypeP(X) ((ArrayType *) PG_DETOAST_DATUM(X))
#define DatumGetArrayTypePCopy(X) ((ArrayType *) PG_DETOAST_DATUM_COPY(X))
#define PG_GETARG_ARRAYTYPE_P(n) DatumGetArrayTypeP(PG_GETARG_DATUM(n))
#define PG_GETARG_ARRAYTYPE_P_COPY(n) DatumGetArrayTypePCopy(PG_GETARG_DATUM(n))
#define PG_RETURN_ARRAYTYPE_P(x) PG_RETURN_POINTER(x)

#define ARR_SIZE(a) VARSIZE(a)
#define ARR_NDIM(a) ((a)->ndim)
#define ARR_HASNULL(a) ((a)->dataoffset != 0)
#define ARR_ELEMTYPE(a) ((a)->elemtype)
#define ARR_DIMS(a) ((int *) ((char *) (a) + sizeof(ArrayType)))
#define ARR_LBOUND(a) (ARR_DIMS(a) + ARR_NDIM(a))
#define ARR_NULLBITMAP(a) (ARR_HASNULL(a) ? (bits8 *) (ARR_LBOUND(a) + ARR_NDIM(a)) : (bits8 *) NULL)
#define ARR_OVERHEAD_NONULLS(ndims) MAXALIGN(sizeof(ArrayType) + 2 * sizeof(int) * (ndims))
#define ARR_OVERHEAD_WITHNULLS(ndims, nitems) \
	MAXALIGN(sizeof(ArrayType) + 2 * sizeof(int) * (ndims) + ((nitems) + 7) / 8)
#define ARR_DATA_OFFSET(a) (ARR_HASNULL(a) ? (a)->dataoffset : ARR_OVERHEAD_NONULLS(ARR_NDIM(a)))
#define ARR_DATA_PTR(a) ((char *) (a) + ARR_DATA_OFFSET(a))

PGBGW_BEGIN_DECLS

extern ArrayType *construct_array(Datum *elems, int nelems, Oid elmtype, int elmlen, bool elmbyval,
								  char elmalign);
extern ArrayType *construct_array_builtin(Datum *elems, int nelems, Oid elmtype);
extern ArrayType *construct_md_array(Datum *elems, bool *nulls, int ndims, int *dims, int *lbs,
									 Oid elmtype, int elmlen, bool elmbyval, char elmalign);
extern ArrayType *construct_empty_array(Oid elmtype);
extern void deconstruct_array(ArrayType *array, Oid elmtype, int elmlen, bool elmbyval, char elmalign,
							  Datum **elemsp, bool **nullsp, int *nelemsp);
extern void deconstruct_array_builtin(ArrayType *array, Oid elmtype, Datum **elemsp, bool **nullsp,
									  int *nelemsp);
extern bool array_contains_nulls(ArrayType *array);
extern int	ArrayGetNItems(int ndim, const int *dims);

PGBGW_END_DECLS

#endif							/* ARRAY_H */
