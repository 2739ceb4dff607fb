/* Values that are taken apart in memory. */
#ifndef EXPANDEDDATUM_H
#define EXPANDEDDATUM_H

#include "postgres.h"
#include "varatt.h"
#include "utils/palloc.h"

PGBGW_BEGIN_DECLS

#define EXPANDED_POINTER_SIZE (VARHDRSZ_EXTERNAL + sizeof(varatt_expanded))

typedef Size (*EOM_get_flat_size_method) (ExpandedObjectHeader *eohptr);
typedef void (*EOM_flatten_into_method) (ExpandedObjectHeader *eohptr, void *result,
			  Size allocated_size);

typedef struct ExpandedObjectMethods
{
	EOM_get_flat_size_method get_flat_size;
	EOM_flatten_into_method flatten_into;
} ExpandedObjectMethods;

struct ExpandedObjectHeader
{
	int32		vl_len_;
	const ExpandedObjectMethods *eoh_methods;
	MemoryContext eoh_context;
	char		eoh_rw_ptr[EXPANDED_POINTER_SIZE];
	char		eoh_ro_ptr[EXPANDED_POINTER_SIZE];
};

#define EOH_HEADER_MAGIC (-1)

extern ExpandedObjectHeader *DatumGetEOHP(Datum d);
extern void EOH_init_header(ExpandedObjectHeader *eohptr, const ExpandedObjectMethods *methods,
							MemoryContext obj_context);
extern Size EOH_get_flat_size(ExpandedObjectHeader *eohptr);
extern void EOH_flatten_into(ExpandedObjectHeader *eohptr, void *result, Size allocated_size);
extern Datum MakeExpandedObjectReadOnlyInternal(Datum d);
extern Datum TransferExpandedObject(Datum d, MemoryContext new_parent);
extern void DeleteExpandedObject(Datum d);

#define VARATT_IS_EXPANDED_HEADER(PTR) \
	(((varattrib_4b *) (PTR))->va_4byte.va_header == (uint32) EOH_HEADER_MAGIC)
#define DatumIsReadWriteExpandedObject(d, isnull, typlen) \
	(!(isnull) && (typlen) == -1 && VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(d)))
#define MakeExpandedObjectReadOnly(d, isnull, typlen) \
	((isnull) || (typlen) != -1 ? (d) : MakeExpandedObjectReadOnlyInternal(d))

static inline Datum
EOHPGetRWDatum(const struct ExpandedObjectHeader *eohptr)
{
	return PointerGetDatum(eohptr->eoh_rw_ptr);
}

static inline Datum
EOHPGetRODatum(const struct ExpandedObjectHeader *eohptr)
{
	return PointerGetDatum(eohptr->eoh_ro_ptr);
}

PGBGW_END_DECLS

#endif							/* EXPANDEDDATUM_H */
