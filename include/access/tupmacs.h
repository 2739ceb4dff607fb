/* Values inside of rows. */
#ifndef TUPMACS_H
#define TUPMACS_H

#include "postgres.h"
#include "catalog/pg_type_d.h"
#include "common/int.h"
#include "varatt.h"

PGBGW_BEGIN_DECLS

/* A set bit is a value that is there. */
static inline bool
att_isnull(int ATT, const bits8 *BITS)
{
	return (BITS[ATT / 8] >> (ATT % 8) & 1) == 0;
}

#define fetchatt(A, T) fetch_att(T, (A)->attbyval, (A)->attlen)

static inline Datum
fetch_att(const void *T, bool attbyval, int attlen)
{
	if (!attbyval)
		return PointerGetDatum(T);
	if (attlen == 1)
		return CharGetDatum(*(const char *) T);
	if (attlen == 2)
		return Int16GetDatum(*(const int16 *) T);
	if (attlen == 4)
		return Int32GetDatum(*(const int32 *) T);
	if (attlen == 8)
		return *(const Datum *) T;
	elog(ERROR, "unsupported byval length: %d", attlen);
	return 0;
}

static inline void
store_att_byval(void *T, Datum newdatum, int attlen)
{
	if (attlen == 1)
		*(char *) T = DatumGetChar(newdatum);
	else if (attlen == 2)
		*(int16 *) T = DatumGetInt16(newdatum);
	else if (attlen == 4)
		*(int32 *) T = DatumGetInt32(newdatum);
	else if (attlen == 8)
		*(Datum *) T = newdatum;
	else
		elog(ERROR, "unsupported byval length: %d", attlen);
}

/* Where the next value starts; short texts are not aligned. */
#define att_align_nominal(cur_offset, attalign) \
	((attalign) == TYPALIGN_INT ? INTALIGN(cur_offset) : \
	 (attalign) == TYPALIGN_CHAR ? (uintptr_t) (cur_offset) : \
	 (attalign) == TYPALIGN_DOUBLE ? DOUBLEALIGN(cur_offset) : SHORTALIGN(cur_offset))
#define att_align_datum(cur_offset, attalign, attlen, attdatum) \
	((attlen) == -1 && VARATT_IS_SHORT(DatumGetPointer(attdatum)) ? \
	 (uintptr_t) (cur_offset) : att_align_nominal(cur_offset, attalign))
#define att_align_pointer(cur_offset, attalign, attlen, attptr) \
	((attlen) == -1 && VARATT_NOT_PAD_BYTE(attptr) ? \
	 (uintptr_t) (cur_offset) : att_align_nominal(cur_offset, attalign))

/* Where a value ends. */
#define att_addlength_pointer(cur_offset, attlen, attptr) \
	((attlen) > 0 ? (cur_offset) + (attlen) : \
	 (attlen) == -1 ? (cur_offset) + VARSIZE_ANY(attptr) : \
	 (cur_offset) + (strlen((char *) (attptr)) + 1))
#define att_addlength_datum(cur_offset, attlen, attdatum) \
	att_addlength_pointer(cur_offset, attlen, DatumGetPointer(attdatum))

PGBGW_END_DECLS

#endif							/* TUPMACS_H */
