/* spi_exit: what is told of a transaction that an error ends with its worker, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi_exit"
#include "database.h"

static void
sub(SubXactEvent event, SubTransactionId own, SubTransactionId parent, void *arg)
{
	say("event %d of %u in %u", event, own, parent);
}

static void
top(XactEvent event, void *arg)
{
	say("event %d, level %d, in a transaction %d", event, GetCurrentTransactionNestLevel(), IsTransactionState());
	if (event == XACT_EVENT_ABORT)
		say("done");
}

static void
facts(void)
{
	RegisterXactCallback(top, NULL);
	RegisterSubXactCallback(sub, NULL);
	begin();
	SPI_execute("CREATE TABLE ended (n int)", false, 0);
	BeginInternalSubTransaction(NULL);
	SPI_execute("SELECT 1/0", true, 0);
}
