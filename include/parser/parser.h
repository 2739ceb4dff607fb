/* The grammar. */
#ifndef PARSER_H
#define PARSER_H

#include "postgres.h"
#include "nodes/parsenodes.h"

PGBGW_BEGIN_DECLS

typedef enum
{
	RAW_PARSE_DEFAULT = 0,
	RAW_PARSE_TYPE_NAME,
	RAW_PARSE_PLPGSQL_EXPR,
	RAW_PARSE_PLPGSQL_ASSIGN1,
	RAW_PARSE_PLPGSQL_ASSIGN2,
	RAW_PARSE_PLPGSQL_ASSIGN3,
} RawParseMode;

extern PGDLLIMPORT bool escape_string_warning;
extern PGDLLIMPORT bool standard_conforming_strings;
extern List *raw_parser(const char *str, RawParseMode mode);
extern List *SystemFuncName(char *name);
extern TypeName *SystemTypeName(char *name);

PGBGW_END_DECLS

#endif							/* PARSER_H */
