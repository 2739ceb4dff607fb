/* From parse trees to queries. */
#ifndef ANALYZE_H
#define ANALYZE_H

#include "postgres.h"
#include "nodes/params.h"
#include "nodes/queryjumble.h"
#include "parser/parse_node.h"

PGBGW_BEGIN_DECLS

typedef void (*post_parse_analyze_hook_type) (ParseState *pstate, Query *query,
			  JumbleState *jstate);

extern PGDLLIMPORT post_parse_analyze_hook_type post_parse_analyze_hook;
extern Query *parse_analyze_fixedparams(RawStmt *parseTree, const char *sourceText,
										const Oid *paramTypes, int numParams,
										QueryEnvironment *queryEnv);
extern Query *parse_analyze_varparams(RawStmt *parseTree, const char *sourceText, Oid **paramTypes,
									  int *numParams, QueryEnvironment *queryEnv);
extern Query *parse_analyze_withcb(RawStmt *parseTree, const char *sourceText,
								   ParserSetupHook parserSetup, void *parserSetupArg,
								   QueryEnvironment *queryEnv);
extern bool stmt_requires_parse_analysis(RawStmt *parseTree);
extern bool analyze_requires_snapshot(RawStmt *parseTree);

PGBGW_END_DECLS

#endif							/* ANALYZE_H */
