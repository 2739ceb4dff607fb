/* Parameters of queries. */
#ifndef PARAMS_H
#define PARAMS_H

#include "postgres.h"
#include "nodes/nodes.h"

PGBGW_BEGIN_DECLS

struct Bitmapset;
struct ParseState;

struct ExprState;
struct Param;

#define PARAM_FLAG_CONST 0x0001

typedef struct ParamExternData
{
	Datum		value;
	bool		isnull;
	uint16		pflags;
	Oid			ptype;
} ParamExternData;

typedef struct ParamListInfoData *ParamListInfo;
typedef ParamExternData *(*ParamFetchHook) (ParamListInfo params, int paramid, bool speculative,
						  ParamExternData *workspace);
typedef void (*ParamCompileHook) (ParamListInfo params, struct Param *param,
			  struct ExprState *state, Datum *resv, bool *resnull);
typedef void (*ParserSetupHook) (struct ParseState *pstate, void *arg);

typedef struct ParamListInfoData
{
	ParamFetchHook paramFetch;
	void	   *paramFetchArg;
	ParamCompileHook paramCompile;
	void	   *paramCompileArg;
	ParserSetupHook parserSetup;
	void	   *parserSetupArg;
	char	   *paramValuesStr;
	int			numParams;
	ParamExternData params[FLEXIBLE_ARRAY_MEMBER];
}			ParamListInfoData;

typedef struct ParamExecData
{
	void	   *execPlan;
	Datum		value;
	bool		isnull;
} ParamExecData;

typedef struct ParamsErrorCbData
{
	const char *portalName;
	ParamListInfo params;
} ParamsErrorCbData;

extern ParamListInfo makeParamList(int numParams);
extern ParamListInfo copyParamList(ParamListInfo from);
extern Size EstimateParamListSpace(ParamListInfo paramLI);
extern void SerializeParamList(ParamListInfo paramLI, char **start_address);
extern ParamListInfo RestoreParamList(char **start_address);
extern char *BuildParamLogString(ParamListInfo params, char **knownTextValues, int maxlen);
extern void ParamsErrorCallback(void *arg);

PGBGW_END_DECLS

#endif							/* PARAMS_H */
