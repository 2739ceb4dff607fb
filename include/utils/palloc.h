/* Memory of the current context. */
#ifndef PALLOC_H
#define PALLOC_H

#include "c.h"

PGBGW_BEGIN_DECLS

typedef struct MemoryContextData *MemoryContext;

/* Called before a context is reset or deleted; usually allocated in it. */
typedef void (*MemoryContextCallbackFunction) (void *arg);

typedef struct MemoryContextCallback
{
	MemoryContextCallbackFunction func;
	void	   *arg;
	struct MemoryContextCallback *next;
} MemoryContextCallback;

extern void MemoryContextRegisterResetCallback(MemoryContext context, MemoryContextCallback *cb);

extern PGDLLIMPORT MemoryContext CurrentMemoryContext;

#define MCXT_ALLOC_HUGE 0x01
#define MCXT_ALLOC_NO_OOM 0x02
#define MCXT_ALLOC_ZERO 0x04

extern void *MemoryContextAlloc(MemoryContext context, Size size);
extern void *MemoryContextAllocZero(MemoryContext context, Size size);
extern void *MemoryContextAllocExtended(MemoryContext context, Size size, int flags);

extern void *MemoryContextAllocHuge(MemoryContext context, Size size);

/* At a multiple of alignto, a power of two. */
extern void *MemoryContextAllocAligned(MemoryContext context, Size size, Size alignto, int flags);
extern void *palloc_aligned(Size size, Size alignto, int flags);

extern void *palloc(Size size);
extern void *palloc0(Size size);
extern void *palloc_extended(Size size, int flags);
extern pg_nodiscard void *repalloc(void *pointer, Size size);
extern pg_nodiscard void *repalloc_extended(void *pointer, Size size, int flags);
extern pg_nodiscard void *repalloc0(void *pointer, Size oldsize, Size size);
extern pg_nodiscard void *repalloc_huge(void *pointer, Size size);
extern void pfree(void *pointer);

/* Sums and products that do not fit are an ERROR; so are arrays of such a size. */
extern Size add_size(Size s1, Size s2);
extern Size mul_size(Size s1, Size s2);
extern void *palloc_mul(Size s1, Size s2);
extern void *palloc0_mul(Size s1, Size s2);
extern void *palloc_mul_extended(Size s1, Size s2, int flags);
extern pg_nodiscard void *repalloc_mul(void *p, Size s1, Size s2);
extern pg_nodiscard void *repalloc_mul_extended(void *p, Size s1, Size s2, int flags);

#define palloc_object(type) ((type *) palloc(sizeof(type)))
#define palloc0_object(type) ((type *) palloc0(sizeof(type)))
#define palloc_array(type, count) ((type *) palloc_mul(sizeof(type), count))
#define palloc0_array(type, count) ((type *) palloc0_mul(sizeof(type), count))
#define palloc_array_extended(type, count, flags) \
	((type *) palloc_mul_extended(sizeof(type), count, flags))
#define repalloc_array(pointer, type, count) \
	((type *) repalloc_mul(pointer, sizeof(type), count))
#define repalloc0_array(pointer, type, oldcount, count) \
	((type *) repalloc0(pointer, mul_size(sizeof(type), oldcount), mul_size(sizeof(type), count)))
#define repalloc_array_extended(pointer, type, count, flags) \
	((type *) repalloc_mul_extended(pointer, sizeof(type), count, flags))

extern char *MemoryContextStrdup(MemoryContext context, const char *string);
extern char *pstrdup(const char *in);
extern char *pnstrdup(const char *in, Size len);
extern char *pchomp(const char *in);
extern char *psprintf(const char *fmt,...) pg_attribute_printf(1, 2);
/* The length if there is room for it and a NUL, else how much room is needed. */
extern size_t pvsnprintf(char *buf, size_t len, const char *fmt, va_list args)
			pg_attribute_printf(3, 0);

/* Makes another context the current one; returns the one that was. */
static inline MemoryContext
MemoryContextSwitchTo(MemoryContext context)
{
	MemoryContext before = CurrentMemoryContext;

	CurrentMemoryContext = context;
	return before;
}

PGBGW_END_DECLS

#endif							/* PALLOC_H */
