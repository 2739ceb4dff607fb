/* Lists whose links lie in their members: the types. */
#ifndef ILIST_H
#define ILIST_H

#include "postgres.h"

typedef struct dlist_node
{
	struct dlist_node *prev;
	struct dlist_node *next;
} dlist_node;

typedef struct dlist_head
{
	dlist_node	head;
} dlist_head;

typedef struct slist_node
{
	struct slist_node *next;
} slist_node;

typedef struct slist_head
{
	slist_node	head;
} slist_head;

#endif							/* ILIST_H */
