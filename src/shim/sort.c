/*
 * sort.c - sorting and looking up with callbacks that may jump away: nothing is allocated meanwhile.
 */
#include "shim.h"

#include <string.h>

typedef int (*comparator) (const void *, const void *, void *);

/* Rust: CHECK_FOR_INTERRUPTS; it may jump. */
extern void pgbgw__check_for_interrupts(void);

void		pgbgw_shim_qsort_interruptible(void *base, size_t nel, size_t elsize, comparator cmp, void *arg);
void	   *pgbgw_shim_bsearch_arg(const void *key, const void *base, size_t nel, size_t elsize,
								   comparator cmp, void *arg);

static void
swap(char *a, char *b, size_t size)
{
	char		room[64];

	while (size > 0)
	{
		size_t		part = size < sizeof(room) ? size : sizeof(room);

		memcpy(room, a, part);
		memcpy(a, b, part);
		memcpy(b, room, part);
		a += part;
		b += part;
		size -= part;
	}
}

/* Makes a heap of what is below at, where all but at is one. */
static void
sift(char *base, size_t at, size_t nel, size_t elsize, comparator cmp, void *arg)
{
	for (;;)
	{
		size_t		greatest = at;

		pgbgw__check_for_interrupts();
		for (size_t child = 2 * at + 1; child < nel && child <= 2 * at + 2; child++)
			if (cmp(base + child * elsize, base + greatest * elsize, arg) > 0)
				greatest = child;
		if (greatest == at)
			return;
		swap(base + at * elsize, base + greatest * elsize, elsize);
		at = greatest;
	}
}

void
pgbgw_shim_qsort_interruptible(void *base, size_t nel, size_t elsize, comparator cmp, void *arg)
{
	for (size_t at = nel / 2; at-- > 0;)
		sift(base, at, nel, elsize, cmp, arg);
	for (size_t last = nel; last-- > 1;)
	{
		swap(base, (char *) base + last * elsize, elsize);
		sift(base, 0, last, elsize, cmp, arg);
	}
}

void *
pgbgw_shim_bsearch_arg(const void *key, const void *base, size_t nel, size_t elsize,
					   comparator cmp, void *arg)
{
	const char *low = base;

	while (nel > 0)
	{
		const char *middle = low + nel / 2 * elsize;
		int			order = cmp(key, middle, arg);

		if (order == 0)
			return (void *) middle;
		if (order > 0)
		{
			low = middle + elsize;
			nel--;
		}
		nel /= 2;
	}
	return NULL;
}
