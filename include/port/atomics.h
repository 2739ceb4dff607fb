/*
 * Words that several processes change. Reads and writes are not ordered; every other operation,
 * and the _membarrier_ ones, order all accesses before and after them.
 */
#ifndef ATOMICS_H
#define ATOMICS_H

#include "c.h"

typedef struct pg_atomic_flag
{
	volatile unsigned char value;
} pg_atomic_flag;

typedef struct pg_atomic_uint32
{
	volatile uint32 value;
} pg_atomic_uint32;

typedef struct pg_atomic_uint64
{
	volatile uint64 value pg_attribute_aligned(8);
} pg_atomic_uint64;

#define pg_compiler_barrier() __asm__ __volatile__("" ::: "memory")
#define pg_memory_barrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define pg_read_barrier() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define pg_write_barrier() __atomic_thread_fence(__ATOMIC_RELEASE)
#if defined(__x86_64__)
#define pg_spin_delay() __builtin_ia32_pause()
#else
#define pg_spin_delay() pg_compiler_barrier()
#endif

static inline void
pg_atomic_init_flag(volatile pg_atomic_flag *ptr)
{
	__atomic_clear(&ptr->value, __ATOMIC_RELEASE);
}

/* True when the flag was clear. */
static inline bool
pg_atomic_test_set_flag(volatile pg_atomic_flag *ptr)
{
	return !__atomic_test_and_set(&ptr->value, __ATOMIC_ACQUIRE);
}

static inline bool
pg_atomic_unlocked_test_flag(volatile pg_atomic_flag *ptr)
{
	return __atomic_load_n(&ptr->value, __ATOMIC_RELAXED) == 0;
}

static inline void
pg_atomic_clear_flag(volatile pg_atomic_flag *ptr)
{
	__atomic_clear(&ptr->value, __ATOMIC_RELEASE);
}

/* The same functions for both widths; differences are signed. */
#define PGBGW_ATOMIC_FUNCTIONS(Atomic, Unsigned, Signed, bits) \
static inline void \
pg_atomic_init_##bits(volatile Atomic *ptr, Unsigned val) \
{ __atomic_store_n(&ptr->value, val, __ATOMIC_RELAXED); } \
static inline Unsigned \
pg_atomic_read_##bits(volatile Atomic *ptr) \
{ return __atomic_load_n(&ptr->value, __ATOMIC_RELAXED); } \
static inline Unsigned \
pg_atomic_read_membarrier_##bits(volatile Atomic *ptr) \
{ return __atomic_fetch_add(&ptr->value, 0, __ATOMIC_SEQ_CST); } \
static inline void \
pg_atomic_write_##bits(volatile Atomic *ptr, Unsigned val) \
{ __atomic_store_n(&ptr->value, val, __ATOMIC_RELAXED); } \
static inline void \
pg_atomic_unlocked_write_##bits(volatile Atomic *ptr, Unsigned val) \
{ __atomic_store_n(&ptr->value, val, __ATOMIC_RELAXED); } \
static inline void \
pg_atomic_write_membarrier_##bits(volatile Atomic *ptr, Unsigned val) \
{ (void) __atomic_exchange_n(&ptr->value, val, __ATOMIC_SEQ_CST); } \
static inline Unsigned \
pg_atomic_exchange_##bits(volatile Atomic *ptr, Unsigned newval) \
{ return __atomic_exchange_n(&ptr->value, newval, __ATOMIC_SEQ_CST); } \
static inline bool \
pg_atomic_compare_exchange_##bits(volatile Atomic *ptr, Unsigned *expected, Unsigned newval) \
{ \
	return __atomic_compare_exchange_n(&ptr->value, expected, newval, false, \
									   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
} \
static inline Unsigned \
pg_atomic_fetch_add_##bits(volatile Atomic *ptr, Signed add_) \
{ return __atomic_fetch_add(&ptr->value, (Unsigned) add_, __ATOMIC_SEQ_CST); } \
static inline Unsigned \
pg_atomic_fetch_sub_##bits(volatile Atomic *ptr, Signed sub_) \
{ return __atomic_fetch_sub(&ptr->value, (Unsigned) sub_, __ATOMIC_SEQ_CST); } \
static inline Unsigned \
pg_atomic_fetch_and_##bits(volatile Atomic *ptr, Unsigned and_) \
{ return __atomic_fetch_and(&ptr->value, and_, __ATOMIC_SEQ_CST); } \
static inline Unsigned \
pg_atomic_fetch_or_##bits(volatile Atomic *ptr, Unsigned or_) \
{ return __atomic_fetch_or(&ptr->value, or_, __ATOMIC_SEQ_CST); } \
static inline Unsigned \
pg_atomic_add_fetch_##bits(volatile Atomic *ptr, Signed add_) \
{ return __atomic_add_fetch(&ptr->value, (Unsigned) add_, __ATOMIC_SEQ_CST); } \
static inline Unsigned \
pg_atomic_sub_fetch_##bits(volatile Atomic *ptr, Signed sub_) \
{ return __atomic_sub_fetch(&ptr->value, (Unsigned) sub_, __ATOMIC_SEQ_CST); }

PGBGW_ATOMIC_FUNCTIONS(pg_atomic_uint32, uint32, int32, u32)
PGBGW_ATOMIC_FUNCTIONS(pg_atomic_uint64, uint64, int64, u64)

#undef PGBGW_ATOMIC_FUNCTIONS

#endif							/* ATOMICS_H */
