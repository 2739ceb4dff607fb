/* Names and expressions: what worker modules see of them. */
#ifndef PRIMNODES_H
#define PRIMNODES_H

#include "postgres.h"
#include "access/attnum.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"

PGBGW_BEGIN_DECLS

typedef enum OverridingKind
{
	OVERRIDING_NOT_SET = 0,
	OVERRIDING_USER_VALUE,
	OVERRIDING_SYSTEM_VALUE,
} OverridingKind;

typedef struct Alias
{
	NodeTag		type;
	char	   *aliasname;
	List	   *colnames;
} Alias;

typedef enum OnCommitAction
{
	ONCOMMIT_NOOP,
	ONCOMMIT_PRESERVE_ROWS,
	ONCOMMIT_DELETE_ROWS,
	ONCOMMIT_DROP,
} OnCommitAction;

/* A table by its name; schemaname and catalogname may be NULL. */
typedef struct RangeVar
{
	NodeTag		type;
	char	   *catalogname;
	char	   *schemaname;
	char	   *relname;
	bool		inh;
	char		relpersistence;
	Alias	   *alias;
	ParseLoc	location;
} RangeVar;

typedef enum TableFuncType
{
	TFT_XMLTABLE,
	TFT_JSON_TABLE,
} TableFuncType;

typedef struct IntoClause
{
	NodeTag		type;
	RangeVar   *rel;
	List	   *colNames;
	char	   *accessMethod;
	List	   *options;
	OnCommitAction onCommit;
	char	   *tableSpaceName;
	Node	   *viewQuery;
	bool		skipData;
} IntoClause;

typedef struct Expr
{
	NodeTag		type;
} Expr;

typedef struct Const
{
	Expr		xpr;
	Oid			consttype;
	int32		consttypmod;
	Oid			constcollid;
	int			constlen;
	Datum		constvalue;
	bool		constisnull;
	bool		constbyval;
	ParseLoc	location;
} Const;

typedef enum ParamKind
{
	PARAM_EXTERN,
	PARAM_EXEC,
	PARAM_SUBLINK,
	PARAM_MULTIEXPR,
} ParamKind;

typedef struct Param
{
	Expr		xpr;
	ParamKind	paramkind;
	int			paramid;
	Oid			paramtype;
	int32		paramtypmod;
	Oid			paramcollid;
	ParseLoc	location;
} Param;

typedef enum CoercionContext
{
	COERCION_IMPLICIT,
	COERCION_ASSIGNMENT,
	COERCION_PLPGSQL,
	COERCION_EXPLICIT,
} CoercionContext;

typedef enum CoercionForm
{
	COERCE_EXPLICIT_CALL,
	COERCE_EXPLICIT_CAST,
	COERCE_IMPLICIT_CAST,
	COERCE_SQL_SYNTAX,
} CoercionForm;

PGBGW_END_DECLS

#endif							/* PRIMNODES_H */
