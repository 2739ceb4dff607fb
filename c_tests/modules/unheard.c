/*
 * unheard: sets hooks where statements are planned, executed and clients let in, and is loaded. In
 * PostgreSQL they are called; here nobody does. Its worker says that it runs all the same.
 */
#include "probe.h"

/* PostgreSQL's header wants GSSAPI's, which few have; nothing here looks into a Port. */
#undef ENABLE_GSS

#include "executor/executor.h"
#include "libpq/auth.h"
#include "optimizer/planner.h"
#include "tcop/utility.h"

PGDLLEXPORT void unheard_main(Datum arg);

static ExecutorEnd_hook_type next_end;
static planner_hook_type next_planner;
static ProcessUtility_hook_type next_utility;
static ClientAuthentication_hook_type next_authentication;

static void
end(QueryDesc *query)
{
	if (next_end)
		next_end(query);
	else
		standard_ExecutorEnd(query);
}

static PlannedStmt *
plan(Query *parse, const char *query_string, int cursorOptions, ParamListInfo boundParams)
{
	if (next_planner)
		return next_planner(parse, query_string, cursorOptions, boundParams);
	return standard_planner(parse, query_string, cursorOptions, boundParams);
}

static void
utility(PlannedStmt *statement, const char *query_string, bool readOnlyTree,
		ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
		DestReceiver *dest, QueryCompletion *completion)
{
	if (next_utility)
		next_utility(statement, query_string, readOnlyTree, context, params, environment, dest,
					 completion);
	else
		standard_ProcessUtility(statement, query_string, readOnlyTree, context, params,
								environment, dest, completion);
}

static void
authenticate(Port *port, int status)
{
	if (next_authentication)
		next_authentication(port, status);
}

void
unheard_main(Datum arg)
{
	probe_begin();
	emit("hooks %d %d %d %d", ExecutorEnd_hook == end, planner_hook == plan,
		 ProcessUtility_hook == utility, ClientAuthentication_hook == authenticate);
	emit("done");
}

void
_PG_init(void)
{
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = end;
	next_planner = planner_hook;
	planner_hook = plan;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = utility;
	next_authentication = ClientAuthentication_hook;
	ClientAuthentication_hook = authenticate;
	probe_settings("unheard");
	probe_static("unheard", "unheard_main");
}
