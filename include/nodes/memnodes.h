/* What a memory context starts with. Modules hand contexts around; they do not look inside. */
#ifndef MEMNODES_H
#define MEMNODES_H

#include "nodes/nodes.h"

PGBGW_BEGIN_DECLS

typedef struct MemoryContextCounters
{
	Size		nblocks;
	Size		freechunks;
	Size		totalspace;
	Size		freespace;
} MemoryContextCounters;

typedef void (*MemoryStatsPrintFunc) (MemoryContext context, void *passthru,
									  const char *stats_string, bool print_to_stderr);

typedef struct MemoryContextMethods
{
	void	   *(*alloc) (MemoryContext context, Size size, int flags);
	void		(*free_p) (void *pointer);
	void	   *(*realloc) (void *pointer, Size size, int flags);
	void		(*reset) (MemoryContext context);
	void		(*delete_context) (MemoryContext context);
	MemoryContext (*get_chunk_context) (void *pointer);
	Size		(*get_chunk_space) (void *pointer);
	bool		(*is_empty) (MemoryContext context);
	void		(*stats) (MemoryContext context, MemoryStatsPrintFunc printfunc, void *passthru,
						  MemoryContextCounters *totals, bool print_to_stderr);
} MemoryContextMethods;

typedef struct MemoryContextData
{
	NodeTag		type;
	bool		isReset;
	bool		allowInCritSection;
	Size		mem_allocated;
	const MemoryContextMethods *methods;
	MemoryContext parent;
	MemoryContext firstchild;
	MemoryContext prevchild;
	MemoryContext nextchild;
	const char *name;
	const char *ident;
	MemoryContextCallback *reset_cbs;
} MemoryContextData;

PGBGW_END_DECLS

#endif							/* MEMNODES_H */
