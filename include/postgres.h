/* What every server-side C file includes first: Datum and its conversions. */
#ifndef POSTGRES_H
#define POSTGRES_H

#include "c.h"
#include "utils/elog.h"
#include "utils/palloc.h"

PGBGW_BEGIN_DECLS

/* A value that fits a pointer, or a pointer to it. */
typedef uintptr_t Datum;
#define SIZEOF_DATUM SIZEOF_VOID_P

typedef struct NullableDatum
{
	Datum		value;
	bool		isnull;
} NullableDatum;

/* Integers are converted by value, with the sign extended. */
#define PGBGW_DATUM_CONVERSION(Type, To, From) \
static inline Datum To(Type X) { return (Datum) X; } \
static inline Type From(Datum X) { return (Type) X; }

PGBGW_DATUM_CONVERSION(char, CharGetDatum, DatumGetChar)
PGBGW_DATUM_CONVERSION(uint8, UInt8GetDatum, DatumGetUInt8)
PGBGW_DATUM_CONVERSION(int16, Int16GetDatum, DatumGetInt16)
PGBGW_DATUM_CONVERSION(uint16, UInt16GetDatum, DatumGetUInt16)
PGBGW_DATUM_CONVERSION(int32, Int32GetDatum, DatumGetInt32)
PGBGW_DATUM_CONVERSION(uint32, UInt32GetDatum, DatumGetUInt32)
PGBGW_DATUM_CONVERSION(int64, Int64GetDatum, DatumGetInt64)
PGBGW_DATUM_CONVERSION(uint64, UInt64GetDatum, DatumGetUInt64)
PGBGW_DATUM_CONVERSION(Oid, ObjectIdGetDatum, DatumGetObjectId)
PGBGW_DATUM_CONVERSION(TransactionId, TransactionIdGetDatum, DatumGetTransactionId)
PGBGW_DATUM_CONVERSION(CommandId, CommandIdGetDatum, DatumGetCommandId)

#undef PGBGW_DATUM_CONVERSION

static inline Datum
Int8GetDatum(int8 X)
{
	return (Datum) X;
}

static inline Datum
BoolGetDatum(bool X)
{
	return X ? 1 : 0;
}

static inline bool
DatumGetBool(Datum X)
{
	return X != 0;
}

static inline Datum
PointerGetDatum(const void *X)
{
	return (Datum) X;
}

static inline Pointer
DatumGetPointer(Datum X)
{
	return (Pointer) X;
}

static inline Datum
CStringGetDatum(const char *X)
{
	return PointerGetDatum(X);
}

static inline char *
DatumGetCString(Datum X)
{
	return (char *) DatumGetPointer(X);
}

static inline Datum
NameGetDatum(const NameData *X)
{
	return CStringGetDatum(NameStr(*X));
}

static inline Name
DatumGetName(Datum X)
{
	return (Name) DatumGetPointer(X);
}

/* Floats travel as their bits. */
static inline Datum
Float4GetDatum(float4 X)
{
	int32		bits;

	memcpy(&bits, &X, sizeof(bits));
	return Int32GetDatum(bits);
}

static inline float4
DatumGetFloat4(Datum X)
{
	int32		bits = DatumGetInt32(X);
	float4		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline Datum
Float8GetDatum(float8 X)
{
	int64		bits;

	memcpy(&bits, &X, sizeof(bits));
	return Int64GetDatum(bits);
}

static inline float8
DatumGetFloat8(Datum X)
{
	int64		bits = DatumGetInt64(X);
	float8		value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

#define Int64GetDatumFast(X) Int64GetDatum(X)
#define Float8GetDatumFast(X) Float8GetDatum(X)

PGBGW_END_DECLS

#endif							/* POSTGRES_H */
