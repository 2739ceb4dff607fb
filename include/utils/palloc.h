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

extern void *palloc(Size size);
extern void *palloc0(Size size);
extern void *palloc_extended(Size size, int flags);
extern pg_nodiscard void *repalloc(void *pointer, Size size);
extern void pfree(void *pointer);

extern Size add_size(Size s1, Size s2);
extern Size mul_size(Size s1, Size s2);

#define palloc_object(type) ((type *) palloc(sizeof(type)))
#define palloc0_object(type) ((type *) palloc0(sizeof(type)))
#define palloc_array(type, count) ((type *) palloc(mul_size(sizeof(type), count)))
#define palloc0_array(type, count) ((type *) palloc0(mul_size(sizeof(type), count)))
#define repalloc_array(pointer, type, count) \
	((type *) repalloc(pointer, mul_size(sizeof(type), count)))

extern char *MemoryContextStrdup(MemoryContext context, const char *string);
extern char *pstrdup(const char *in);
extern char *pnstrdup(const char *in, Size len);
extern char *psprintf(const char *fmt,...) pg_attribute_printf(1, 2);

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
