/*
 * relays: calls a function of test_shm_mq, PostgreSQL's own, with a message that is too long for a
 * command line. relays(function, size of the queues, piece, how often that is repeated to make
 * the message, how many messages, how many workers).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "varatt.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(relays);

Datum
relays(PG_FUNCTION_ARGS)
{
	char	   *function = text_to_cstring(PG_GETARG_TEXT_PP(0));
	text	   *piece = PG_GETARG_TEXT_PP(2);
	Size		length = VARSIZE_ANY_EXHDR(piece);
	int			times = PG_GETARG_INT32(3);
	text	   *message = palloc(VARHDRSZ + length * times);
	PGFunction	called = (PGFunction) load_external_function("test_shm_mq", function, true, NULL);

	SET_VARSIZE(message, VARHDRSZ + length * times);
	for (int i = 0; i < times; i++)
		memcpy(VARDATA(message) + i * length, VARDATA_ANY(piece), length);
	return DirectFunctionCall5(called, PG_GETARG_DATUM(1), PointerGetDatum(message),
							   PG_GETARG_DATUM(4), PG_GETARG_DATUM(5), BoolGetDatum(true));
}
