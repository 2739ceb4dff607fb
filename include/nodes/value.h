/* Values in parse trees. */
#ifndef VALUE_H
#define VALUE_H

#include "postgres.h"
#include "nodes/nodes.h"

PGBGW_BEGIN_DECLS

typedef struct Integer
{
	NodeTag		type;
	int			ival;
} Integer;

typedef struct Float
{
	NodeTag		type;
	char	   *fval;
} Float;

typedef struct Boolean
{
	NodeTag		type;
	bool		boolval;
} Boolean;

typedef struct String
{
	NodeTag		type;
	char	   *sval;
} String;

typedef struct BitString
{
	NodeTag		type;
	char	   *bsval;
} BitString;

extern Integer *makeInteger(int i);
extern Float *makeFloat(char *numericStr);
extern Boolean *makeBoolean(bool val);
extern String *makeString(char *str);
extern BitString *makeBitString(char *str);

#define intVal(v) (castNode(Integer, v)->ival)
#define floatVal(v) atof(castNode(Float, v)->fval)
#define boolVal(v) (castNode(Boolean, v)->boolval)
#define strVal(v) (castNode(String, v)->sval)

PGBGW_END_DECLS

#endif							/* VALUE_H */
