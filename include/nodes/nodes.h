/* Structures that start with a tag. */
#ifndef NODES_H
#define NODES_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

struct Bitmapset;
struct StringInfoData;

typedef enum NodeTag
{
	T_Invalid = 0,
#include "nodes/nodetags.h"
} NodeTag;

typedef struct Node
{
	NodeTag		type;
} Node;

extern char *nodeToString(const void *obj);
extern char *bmsToString(const struct Bitmapset *bms);
extern void *stringToNode(const char *str);
extern void *copyObjectImpl(const void *from);
extern bool equal(const void *a, const void *b);

typedef int ParseLoc;
typedef double Selectivity;
typedef double Cost;
typedef double Cardinality;

typedef enum CmdType
{
	CMD_UNKNOWN,
	CMD_SELECT,
	CMD_UPDATE,
	CMD_INSERT,
	CMD_DELETE,
	CMD_MERGE,
	CMD_UTILITY,
	CMD_NOTHING,
} CmdType;

typedef enum JoinType
{
	JOIN_INNER,
	JOIN_LEFT,
	JOIN_FULL,
	JOIN_RIGHT,
	JOIN_SEMI,
	JOIN_ANTI,
	JOIN_RIGHT_ANTI,
	JOIN_UNIQUE_OUTER,
	JOIN_UNIQUE_INNER,
} JoinType;

typedef enum SetOpCmd
{
	SETOPCMD_INTERSECT,
	SETOPCMD_INTERSECT_ALL,
	SETOPCMD_EXCEPT,
	SETOPCMD_EXCEPT_ALL,
} SetOpCmd;

typedef enum OnConflictAction
{
	ONCONFLICT_NONE,
	ONCONFLICT_NOTHING,
	ONCONFLICT_UPDATE,
} OnConflictAction;

typedef enum LimitOption
{
	LIMIT_OPTION_COUNT,
	LIMIT_OPTION_WITH_TIES,
} LimitOption;

#define nodeTag(nodeptr) (((const Node *) (nodeptr))->type)
#define NodeSetTag(nodeptr, t) (((Node *) (nodeptr))->type = (t))
#define castNode(_type_, nodeptr) ((_type_ *) (nodeptr))
#define IsA(nodeptr, _type_) (nodeTag(nodeptr) == T_##_type_)

static inline Node *
newNode(size_t size, NodeTag tag)
{
	Node	   *result = (Node *) palloc0(size);

	NodeSetTag(result, tag);
	return result;
}

#define makeNode(_type_) ((_type_ *) newNode(sizeof(_type_), T_##_type_))
#define copyObject(obj) ((__typeof__(obj)) copyObjectImpl(obj))

PGBGW_END_DECLS

#endif							/* NODES_H */
