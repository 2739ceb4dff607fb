/*
 * inlines.c - what the macros and inline functions of the headers make of values.
 *
 * Compiled against include/ and against PostgreSQL's own headers it must print the same. It runs
 * without a server: the functions of the server that inline functions call are written here.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "access/tupmacs.h"
#include "access/xlog.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "common/int.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "libpq/pqcomm.h"
#include "libpq/pqformat.h"
#include "nodes/value.h"
#include "storage/lock.h"
#include "storage/shm_toc.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/relptr.h"
#include "utils/snapmgr.h"
#include "varatt.h"

#undef printf
#undef snprintf
#include <stdio.h>

#define SHOW(x) printf("%s = %lld\n", #x, (long long) (x))

/* ---- the server's functions ---- */

static char called[64];
static char room[256];

bool errstart(int elevel, const char *domain) { return false; }
bool errstart_cold(int elevel, const char *domain) { return false; }
void errfinish(const char *filename, int lineno, const char *funcname) {}
int errmsg_internal(const char *fmt,...) { return 0; }
Size add_size(Size a, Size b) { return a + b; }
void enlargeStringInfo(StringInfo str, int needed) { snprintf(called, sizeof(called), "%d", needed); }
char *pg_server_to_client(const char *s, int len) { return unconstify(char *, s); }
void pfree(void *pointer) {}
void *palloc0(Size size) { memset(room, 0, sizeof(room)); return room; }
uint32 hash_bytes(const unsigned char *k, int keylen) { return k[0] + keylen; }
uint32 hash_bytes_uint32(uint32 k) { return k + 1; }
bool TransactionIdPrecedes(TransactionId a, TransactionId b) { return (int32) (a - b) < 0; }
FullTransactionId ReadNextFullTransactionId(void) { return FullTransactionIdFromU64(UINT64CONST(0x700000009)); }
Datum HeapTupleHeaderGetDatum(HeapTupleHeader tuple) { return PointerGetDatum(tuple); }

Datum
nocachegetattr(HeapTuple tup, int attnum, TupleDesc tupleDesc)
{
	return 1000 + attnum;
}

Datum
getmissingattr(TupleDesc tupleDesc, int attnum, bool *isnull)
{
	*isnull = true;
	return 2000 + attnum;
}

Datum
heap_getsysattr(HeapTuple tup, int attnum, TupleDesc tupleDesc, bool *isnull)
{
	*isnull = false;
	return 3000 + attnum;
}

void
slot_getsomeattrs_int(TupleTableSlot *slot, int attnum)
{
	slot->tts_nvalid = attnum;
	snprintf(called, sizeof(called), "deform %d", attnum);
}

/* ---- values of any length ---- */

static void
show_varlena(const char *what, char *p)
{
	printf("%s: %d%d%d %d%d%d%d size %d %d data %d %d\n", what,
		   VARATT_IS_4B(p), VARATT_IS_4B_U(p), VARATT_IS_COMPRESSED(p), VARATT_IS_SHORT(p),
		   VARATT_IS_EXTERNAL(p), VARATT_IS_EXTENDED(p), VARATT_CAN_MAKE_SHORT(p),
		   (int) VARSIZE_ANY(p), (int) VARSIZE_ANY_EXHDR(p), (int) (VARDATA_ANY(p) - p),
		   (int) (VARDATA(p) - p));
}

static void
varlenas(void)
{
	static union { int32 align; char bytes[64]; } u;
	char	   *p = u.bytes;

	SET_VARSIZE(p, 24);
	show_varlena("long", p);
	SET_VARSIZE(p, 1000);
	show_varlena("longer", p);
	SET_VARSIZE_SHORT(p, 7);
	show_varlena("short", p);
	SET_VARSIZE_COMPRESSED(p, 40);
	((varattrib_4b *) p)->va_compressed.va_tcinfo = 0x40000123;
	show_varlena("compressed", p);
	SHOW(VARDATA_COMPRESSED_GET_EXTSIZE(p));
	SHOW(VARDATA_COMPRESSED_GET_COMPRESS_METHOD(p));
	for (int tag = VARTAG_INDIRECT; tag <= VARTAG_ONDISK; tag += (tag == 3) ? 15 : 1)
	{
		SET_VARTAG_EXTERNAL(p, tag);
		show_varlena("external", p);
		printf("tag %d: %d%d%d%d%d%d %d\n", (int) VARTAG_EXTERNAL(p), VARATT_IS_EXTERNAL_ONDISK(p),
			   VARATT_IS_EXTERNAL_INDIRECT(p), VARATT_IS_EXTERNAL_EXPANDED_RO(p),
			   VARATT_IS_EXTERNAL_EXPANDED_RW(p), VARATT_IS_EXTERNAL_EXPANDED(p),
			   VARATT_IS_EXTERNAL_NON_EXPANDED(p), (int) VARSIZE_EXTERNAL(p));
	}
	SHOW(DatumIsReadWriteExpandedObject(PointerGetDatum(p), false, -1));
	SHOW(VARATT_NOT_PAD_BYTE(p));
}

/* ---- rows ---- */

static void
rows(void)
{
	static union { int64 align; char bytes[256]; } desc, tuple;
	TupleDesc	tupdesc = (TupleDesc) desc.bytes;
	HeapTupleHeader header = (HeapTupleHeader) tuple.bytes;
	HeapTupleData tup = {.t_len = 64, .t_data = header};
	bool		isnull;

	tupdesc->natts = 2;
	for (int i = 0; i < 2; i++)
	{
		TupleDescAttr(tupdesc, i)->attlen = 4;
		TupleDescAttr(tupdesc, i)->attbyval = true;
		TupleDescAttr(tupdesc, i)->attcacheoff = i == 0 ? 4 : -1;
	}
	header->t_hoff = 24;
	HeapTupleHeaderSetNatts(header, 2);
	((int32 *) GETSTRUCT(&tup))[1] = -77;
	for (int nulls = 0; nulls < 4; nulls++)
	{
		header->t_infomask = nulls ? HEAP_HASNULL : 0;
		header->t_bits[0] = (bits8) nulls;
		for (int attnum = -3; attnum <= 3; attnum++)
		{
			Datum		value;

			isnull = true;
			value = heap_getattr(&tup, attnum, tupdesc, &isnull);
			printf("nulls %d attribute %d: %lld %d\n", nulls, attnum,
				   isnull && attnum != 3 ? -1 : (long long) value, isnull);
		}
	}
	for (int mask = 0; mask < 0x10000; mask += 0x0111)
	{
		header->t_infomask = mask;
		header->t_infomask2 = mask;
		printf("mask %x: %d%d%d %d%d%d%d %d%d%d%d %d%d %u\n", mask, HeapTupleHasNulls(&tup) != 0,
			   HeapTupleAllFixed(&tup), HeapTupleHasExternal(&tup),
			   HEAP_XMAX_IS_LOCKED_ONLY(mask), HEAP_XMAX_IS_SHR_LOCKED(mask),
			   HEAP_XMAX_IS_EXCL_LOCKED(mask), HEAP_XMAX_IS_KEYSHR_LOCKED(mask),
			   HeapTupleHeaderXminCommitted(header), HeapTupleHeaderXminInvalid(header),
			   HeapTupleHeaderXminFrozen(header), HeapTupleHeaderGetNatts(header),
			   HeapTupleIsHotUpdated(&tup), HeapTupleIsHeapOnly(&tup),
			   HeapTupleHeaderGetXmin(header));
	}
	HeapTupleHeaderSetTypeId(header, RECORDOID);
	HeapTupleHeaderSetTypMod(header, 42);
	SHOW(HeapTupleHeaderGetTypMod(header));
	HeapTupleHeaderSetTypeId(header, INT4OID);
	SHOW(HeapTupleHeaderGetTypMod(header));
	HeapTupleHeaderSetDatumLength(header, 48);
	SHOW(HeapTupleHeaderGetDatumLength(header));
	SHOW(BITMAPLEN(9));
	SHOW(HeapTupleGetDatum(&tup) == PointerGetDatum(header));
	for (int align = 0; align < 4; align++)
		printf("align %c: %d %d\n", "cdis"[align], (int) att_align_nominal(3, "cdis"[align]),
			   (int) att_align_datum(13, "cdis"[align], 4, (Datum) 0));
	SHOW(att_addlength_datum(3, 8, (Datum) 0));
	SHOW(att_addlength_pointer(3, -2, "abc"));
	{
		int64		place = -1;

		for (int len = 1; len <= 8; len *= 2)
		{
			store_att_byval(&place, (Datum) (0x1122334455667788 + len), len);
			printf("by value %d: %lld %lld\n", len, (long long) place,
				   (long long) fetch_att(&place, true, len));
		}
	}
	{
		Datum		values[2] = {5, 6};
		bool		nulls[2] = {false, true};
		TupleTableSlot slot = {.tts_values = values, .tts_isnull = nulls, .tts_tableOid = 99,
							   .tts_tupleDescriptor = tupdesc};

		SHOW(slot_getattr(&slot, 1, &isnull));
		puts(called);
		SHOW(slot_attisnull(&slot, 2));
		puts(called);
		SHOW(slot_getsysattr(&slot, TableOidAttributeNumber, &isnull));
		SHOW(TupIsNull(&slot));
	}
}

/* ---- places, transactions, locks ---- */

static void
numbers(void)
{
	static const TransactionId xids[] = {0, 1, 2, 3, 4, 100, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
	ItemPointerData place;

	ItemPointerSet(&place, 0x12345678, 9);
	printf("place %x %x %u %u\n", place.ip_blkid.bi_hi, place.ip_blkid.bi_lo,
		   ItemPointerGetBlockNumber(&place), ItemPointerGetOffsetNumber(&place));
	SHOW(ItemPointerIsValid(&place));
	ItemPointerSetMovedPartitions(&place);
	SHOW(ItemPointerIndicatesMovedPartitions(&place));
	ItemPointerSetInvalid(&place);
	SHOW(ItemPointerIsValid(&place));
	SHOW(OffsetNumberIsValid(3000));
	SHOW(OffsetNumberNext(3));
	for (size_t i = 0; i < lengthof(xids); i++)
	{
		TransactionId a = xids[i];
		TransactionId next = a;
		TransactionId last = a;
		FullTransactionId full = FullTransactionIdFromEpochAndXid(6, a);

		TransactionIdAdvance(next);
		TransactionIdRetreat(last);
		printf("xid %u: %u %u %u %u %d%d", a, next, last, TransactionIdRetreatedBy(a, 1),
			   TransactionIdRetreatedBy(a, 98), TransactionIdIsValid(a), TransactionIdIsNormal(a));
		FullTransactionIdAdvance(&full);
		printf(" %llx %u %u:", (unsigned long long) U64FromFullTransactionId(full),
			   EpochFromFullTransactionId(full), XidFromFullTransactionId(full));
		for (size_t j = 0; j < lengthof(xids); j++)
			printf(" %u %d %llx", TransactionIdOlder(a, xids[j]),
				   a >= 3 && xids[j] >= 3 ? NormalTransactionIdPrecedes(a, xids[j]) : -1,
				   (unsigned long long) FullTransactionIdNewer(FullTransactionIdFromU64(a), FullTransactionIdFromU64(xids[j])).value);
		printf("\n");
	}
	SHOW(ReadNextTransactionId());
	{
		LOCKTAG		tag;
		VirtualTransactionId vxid = {.procNumber = 7, .localTransactionId = 8};

#define TAG(set) \
		set; \
		printf("%s: %u %u %u %u %u %u\n", #set, tag.locktag_field1, tag.locktag_field2, \
			   tag.locktag_field3, tag.locktag_field4, tag.locktag_type, tag.locktag_lockmethodid);
		TAG(SET_LOCKTAG_RELATION(tag, 1, 2))
		TAG(SET_LOCKTAG_RELATION_EXTEND(tag, 1, 2))
		TAG(SET_LOCKTAG_DATABASE_FROZEN_IDS(tag, 1))
		TAG(SET_LOCKTAG_PAGE(tag, 1, 2, 3))
		TAG(SET_LOCKTAG_TUPLE(tag, 1, 2, 3, 4))
		TAG(SET_LOCKTAG_TRANSACTION(tag, 1))
		TAG(SET_LOCKTAG_VIRTUALTRANSACTION(tag, vxid))
		TAG(SET_LOCKTAG_SPECULATIVE_INSERTION(tag, 1, 2))
		TAG(SET_LOCKTAG_OBJECT(tag, 1, 2, 3, 4))
		TAG(SET_LOCKTAG_ADVISORY(tag, 1, 2, 3, 4))
		TAG(SET_LOCKTAG_APPLY_TRANSACTION(tag, 1, 2, 3, 4))
		SHOW(VirtualTransactionIdIsValid(vxid));
		SetInvalidVirtualTransactionId(vxid);
		SHOW(vxid.procNumber);
	}
	{
		int16		s;
		int32		i;
		int64		l;
		uint32		u;

		SHOW(pg_add_s16_overflow(PG_INT16_MAX, 1, &s));
		SHOW(pg_mul_s32_overflow(1 << 20, 1 << 11, &i));
		SHOW(pg_sub_s32_overflow(5, 7, &i));
		SHOW(i);
		SHOW(pg_sub_u32_overflow(5, 7, &u));
		SHOW(pg_mul_s64_overflow(PG_INT64_MIN, -1, &l));
		SHOW(pg_cmp_s32(-3, 2));
		SHOW(pg_cmp_u64(3, 2));
	}
	SHOW(hash_combine(0x12345678, 0x9abcdef0));
	SHOW(hash_combine64(UINT64CONST(0x123456789abcdef0), 77));
	SHOW(murmurhash32(0x12345678));
	SHOW(murmurhash64(UINT64CONST(0x123456789abcdef0)));
	SHOW(hash_any((const unsigned char *) "a", 1));
	SHOW(hash_uint32(7));
}

/* ---- arrays, rights and the rest ---- */

static void
others(void)
{
	static union { int64 align; char bytes[128]; } u;
	ArrayType  *array = (ArrayType *) u.bytes;
	AclItem		item = {.ai_privs = UINT64CONST(0x300000005)};
	shm_toc_estimator estimator;
	StringInfoData str = {.data = room, .len = 0, .maxlen = sizeof(room)};
	Jsonb	   *jsonb = (Jsonb *) u.bytes;
	relptr(int) rp;
	char	   *base = u.bytes;

	array->ndim = 2;
	for (int i = 0; i < 2; i++)
	{
		array->dataoffset = i * 40;
		SHOW((char *) ARR_DIMS(array) - u.bytes);
		SHOW((char *) ARR_LBOUND(array) - u.bytes);
		SHOW(ARR_NULLBITMAP(array) ? (char *) ARR_NULLBITMAP(array) - u.bytes : -1);
		SHOW((char *) ARR_DATA_PTR(array) - u.bytes);
	}
	SHOW(ARR_OVERHEAD_WITHNULLS(1, 65));
	SHOW(ACL_N_SIZE(3));
	SHOW(ACLITEM_GET_PRIVS(item));
	SHOW(ACLITEM_GET_GOPTIONS(item));
	ACLITEM_SET_PRIVS(item, 9);
	SHOW(item.ai_privs);
	ACLITEM_SET_GOPTIONS(item, 4);
	SHOW(item.ai_privs);
	ACLITEM_SET_PRIVS_GOPTIONS(item, 1, 2);
	SHOW(item.ai_privs);
	SHOW(ACL_GRANT_OPTION_FOR(6));

	shm_toc_initialize_estimator(&estimator);
	shm_toc_estimate_chunk(&estimator, 1);
	shm_toc_estimate_chunk(&estimator, 64);
	shm_toc_estimate_keys(&estimator, 3);
	SHOW(estimator.space_for_chunks);
	SHOW(estimator.number_of_keys);

	pq_sendint8(&str, 1);
	puts(called);
	pq_sendint16(&str, 0x0203);
	puts(called);
	pq_sendint32(&str, 0x04050607);
	pq_sendint64(&str, UINT64CONST(0x08090a0b0c0d0e0f));
	pq_sendint(&str, 0x1011, 2);
	pq_writestring(&str, "text");
	for (int i = 0; i < str.len; i++)
		printf("%02x", (unsigned char) room[i]);
	printf("\n");

	relptr_store(base, rp, (int *) (base + 16));
	SHOW(relptr_offset(rp));
	SHOW((char *) relptr_access(base, rp) - base);
	relptr_store(base, rp, (int *) NULL);
	SHOW(relptr_is_null(rp));

	for (int event = 0; event < 32; event++)
		printf("event %d: %d%d%d%d %d%d %d%d%d\n", event, TRIGGER_FIRED_BY_INSERT(event),
			   TRIGGER_FIRED_BY_DELETE(event), TRIGGER_FIRED_BY_UPDATE(event),
			   TRIGGER_FIRED_BY_TRUNCATE(event), TRIGGER_FIRED_FOR_ROW(event) != 0,
			   TRIGGER_FIRED_FOR_STATEMENT(event) != 0, TRIGGER_FIRED_BEFORE(event),
			   TRIGGER_FIRED_AFTER(event), TRIGGER_FIRED_INSTEAD(event));

	for (uint32 header = 3; header; header = header == 3 ? 0x10000003 : header << 1)
	{
		jsonb->root.header = header;
		printf("jsonb %x: %d %d%d%d\n", header, (int) JB_ROOT_COUNT(jsonb), JB_ROOT_IS_SCALAR(jsonb),
			   JB_ROOT_IS_OBJECT(jsonb), JB_ROOT_IS_ARRAY(jsonb));
		printf("entry: %d%d%d%d%d%d\n", JBE_HAS_OFF(header), JBE_ISSTRING(header),
			   JBE_ISNUMERIC(header), JBE_ISCONTAINER(header), JBE_ISNULL(header), JBE_ISBOOL(header));
	}
	for (const char *kind = "rimtvcfpIS"; *kind; kind++)
		printf("kind %c: %d%d%d%d\n", *kind, RELKIND_HAS_STORAGE(*kind), RELKIND_HAS_PARTITIONS(*kind),
			   RELKIND_HAS_TABLESPACE(*kind), RELKIND_HAS_TABLE_AM(*kind));
	SHOW(DATE_NOT_FINITE(DATEVAL_NOEND));
	SHOW(DatumGetLSN(LSNGetDatum(UINT64CONST(0xfedcba9876543210))));
	printf("%X/%X\n", LSN_FORMAT_ARGS(UINT64CONST(0xfedcba9876543210)));
	SHOW(PG_PROTOCOL(3, 2));
	SHOW(PG_PROTOCOL_MAJOR(0x30002));
	SHOW(PG_PROTOCOL_MINOR(0x30002));
	SHOW(is_unixsock_path("@x") + 2 * is_unixsock_path("x") + 4 * is_unixsock_path("/x"));
	{
		Integer    *node = makeNode(Integer);

		node->ival = 12;
		SHOW(nodeTag(node));
		SHOW(intVal(node));
		SHOW(IsA(node, Float));
	}
	{
		LOCAL_FCINFO(fcinfo, 3);

		SHOW(sizeof(fcinfodata));
		InitFunctionCallInfoData(*fcinfo, NULL, 2, 100, NULL, NULL);
		PG_GETARG_DATUM(1) = Int32GetDatum(-5);
		SHOW(PG_NARGS());
		SHOW(PG_GET_COLLATION());
		SHOW(PG_GETARG_INT32(1));
		SHOW(PG_GETARG_UINT16(1));
	}
	{
		SnapshotData snapshot = {.snapshot_type = SNAPSHOT_HISTORIC_MVCC};

		SHOW(IsMVCCSnapshot(&snapshot));
		InitDirtySnapshot(snapshot);
		SHOW(IsMVCCSnapshot(&snapshot));
	}
}

int
main(void)
{
	varlenas();
	rows();
	numbers();
	others();
	return 0;
}
