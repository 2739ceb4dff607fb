/* Integers that tell of an overflow. */
#ifndef COMMON_INT_H
#define COMMON_INT_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

/* Each returns whether the result does not fit; what is stored is worth nothing then. */
#define PGBGW_OVERFLOW(op, bits, Type) \
static inline bool \
pg_##op##_##bits##_overflow(Type a, Type b, Type *result) \
{ \
	return __builtin_##op##_overflow(a, b, result); \
}

PGBGW_OVERFLOW(add, s16, int16)
PGBGW_OVERFLOW(sub, s16, int16)
PGBGW_OVERFLOW(mul, s16, int16)
PGBGW_OVERFLOW(add, s32, int32)
PGBGW_OVERFLOW(sub, s32, int32)
PGBGW_OVERFLOW(mul, s32, int32)
PGBGW_OVERFLOW(add, s64, int64)
PGBGW_OVERFLOW(sub, s64, int64)
PGBGW_OVERFLOW(mul, s64, int64)
PGBGW_OVERFLOW(add, u16, uint16)
PGBGW_OVERFLOW(sub, u16, uint16)
PGBGW_OVERFLOW(mul, u16, uint16)
PGBGW_OVERFLOW(add, u32, uint32)
PGBGW_OVERFLOW(sub, u32, uint32)
PGBGW_OVERFLOW(mul, u32, uint32)
PGBGW_OVERFLOW(add, u64, uint64)
PGBGW_OVERFLOW(sub, u64, uint64)
PGBGW_OVERFLOW(mul, u64, uint64)
PGBGW_OVERFLOW(add, size, size_t)
PGBGW_OVERFLOW(sub, size, size_t)
PGBGW_OVERFLOW(mul, size, size_t)

#undef PGBGW_OVERFLOW

static inline uint16
pg_abs_s16(int16 a)
{
	return (uint16) abs((int32) a);
}

static inline uint32
pg_abs_s32(int32 a)
{
	return a < 0 ? 0 - (uint32) a : (uint32) a;
}

static inline uint64
pg_abs_s64(int64 a)
{
	return a < 0 ? 0 - (uint64) a : (uint64) a;
}

/* For sorting: less than, equal to or greater than 0. */
#define PGBGW_CMP(bits, Type) \
static inline int \
pg_cmp_##bits(Type a, Type b) \
{ \
	return (a > b) - (a < b); \
}

PGBGW_CMP(s16, int16)
PGBGW_CMP(u16, uint16)
PGBGW_CMP(s32, int32)
PGBGW_CMP(u32, uint32)
PGBGW_CMP(s64, int64)
PGBGW_CMP(u64, uint64)
PGBGW_CMP(size, size_t)

#undef PGBGW_CMP

PGBGW_END_DECLS

#endif							/* COMMON_INT_H */
