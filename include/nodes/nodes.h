/* Structures that start with a tag. */
#ifndef NODES_H
#define NODES_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

/* The tags that worker modules name; PostgreSQL has some 470 more. */
typedef enum NodeTag
{
	T_Invalid = 0,
	T_List = 1,
	T_CallContext = 211,
	T_ExprContext = 378,
	T_ReturnSetInfo = 379,
	T_EventTriggerData = 437,
	T_TriggerData = 438,
	T_ErrorSaveContext = 443,
	T_IntList = 466,
	T_OidList = 467,
	T_XidList = 468,
	T_AllocSetContext = 469,
	T_GenerationContext = 470,
	T_SlabContext = 471,
	T_BumpContext = 472,
} NodeTag;

typedef struct Node
{
	NodeTag		type;
} Node;

#define nodeTag(nodeptr) (((const Node *) (nodeptr))->type)
#define castNode(_type_, nodeptr) ((_type_ *) (nodeptr))
#define IsA(nodeptr, _type_) (nodeTag(nodeptr) == T_##_type_)

PGBGW_END_DECLS

#endif							/* NODES_H */
