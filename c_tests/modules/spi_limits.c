/* spi_limits: what PostgreSQL does and pgbgw refuses. */
#define DATABASE_MODULE "spi_limits"
#include "database.h"

#include "catalog/pg_type.h"
#include "nodes/params.h"
#include "parser/parser.h"

/* A transaction in which procedures may end theirs. */
static void
begin_nonatomic(void)
{
	StartTransactionCommand();
	SPI_connect_ext(SPI_OPT_NONATOMIC);
	PushActiveSnapshot(GetTransactionSnapshot());
}

#define refused(what, ...) failing_in(begin_nonatomic(), AbortOutOfAnyTransaction(), what, __VA_ARGS__)

static void
setup(struct ParseState *state, void *arg)
{
}

static void
facts(void)
{
	SPIExecuteOptions options = {0};
	SPIPrepareOptions prepare = {0};
	SPIPlanPtr	plan;
	int			code;

	begin();
	SPI_execute("CREATE TABLE t (n int)", false, 0);
	SPI_execute("CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$", false, 0);
	end();
	options.allow_nonatomic = true;
	refused("a procedure", SPI_execute_extended("CALL commits()", &options));
	refused("a procedure behind a query", SPI_execute("SELECT 1", true, 0); SPI_execute_extended("CALL commits()", &options));
	refused("a procedure behind INSERT", SPI_execute("INSERT INTO t VALUES (1)", false, 0); SPI_execute_extended("CALL commits()", &options));
	refused("a procedure in a subtransaction", BeginInternalSubTransaction(NULL); SPI_execute_extended("CALL commits()", &options));
	refused("a procedure for others", SPI_execute("CALL commits()", false, 0));
	refused("some of what is returned", SPI_execute("INSERT INTO t SELECT generate_series(1, 5) RETURNING n", false, 2));
	refused("caught without a subtransaction",
			caught("division", SPI_execute("SELECT 1/0", true, 0)); SPI_execute("SELECT 1", true, 0));
	refused("a parser's hook", SPI_prepare_params("SELECT $1", (ParserSetupHook) setup, NULL, 0));
	prepare.parseMode = RAW_PARSE_PLPGSQL_EXPR;
	refused("an expression", SPI_prepare_extended("1 + 1", &prepare));
	refused("a number in a subtransaction", BeginInternalSubTransaction(NULL); GetCurrentTransactionId());
	begin();
	plan = SPI_prepare("SELECT * FROM t", 0, NULL);
	SPI_keepplan(plan);
	code = SPI_execute_plan(plan, NULL, NULL, true, 0);
	end();
	say("a plan: %d", code);
	begin();
	SPI_execute("ALTER TABLE t ADD more int", false, 0);
	end();
	refused("a plan that has changed", SPI_execute_plan(plan, NULL, NULL, true, 0));
	say("valid %d", SPI_plan_is_valid(plan));
	refused("the same plan", say("columns %d", (SPI_execute_plan(plan, NULL, NULL, true, 0), SPI_tuptable->tupdesc->natts)));
	say("valid %d", SPI_plan_is_valid(plan));
}
