/*
 * hashes: hash functions, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/hashes.txt).
 */
#include "caught.h"

#include "common/hashfn.h"

PGDLLEXPORT void hashes_main(Datum arg);

static void
of_bytes(void)
{
	unsigned char bytes[64] pg_attribute_aligned(8);

	for (int i = 0; i < lengthof(bytes); i++)
		bytes[i] = i * 37 + 200;
	for (int len = 0; len < 40; len++)
	{
		emit("%d bytes: %u %u", len, hash_bytes(bytes, len), hash_bytes(bytes + 1, len));
		emit("%d bytes, seeds: %llx %llx %llx", len,
			 (unsigned long long) hash_bytes_extended(bytes, len, 0),
			 (unsigned long long) hash_bytes_extended(bytes + 3, len, 1),
			 (unsigned long long) hash_bytes_extended(bytes, len, UINT64CONST(0xfedcba9876543210)));
		emit("%d as tag: %u", len, tag_hash(bytes, len));
	}
}

static void
of_numbers(void)
{
	static const uint32 numbers[] = {0, 1, 255, 65536, 0x7fffffff, 0x80000000, 0xffffffff};

	for (int i = 0; i < lengthof(numbers); i++)
	{
		uint32		n = numbers[i];

		emit("number %u: %u %u %u", n, hash_bytes_uint32(n), uint32_hash(&n, sizeof(n)),
			 hash_bytes((unsigned char *) &n, sizeof(n)));
		emit("number %u, seeds: %llx %llx", n, (unsigned long long) hash_bytes_uint32_extended(n, 0),
			 (unsigned long long) hash_bytes_uint32_extended(n, UINT64CONST(1) << 32 | 7));
	}
}

static void
of_strings(void)
{
	static const char *const strings[] = {"", "a", "twelve bytes", "a string of many bytes"};

	for (int i = 0; i < lengthof(strings); i++)
		emit("\"%s\": %u %u %u", strings[i], string_hash(strings[i], 64),
			 string_hash(strings[i], 13), string_hash(strings[i], 1));
}

static void
inlined(void)
{
	emit("any: %u %llx", DatumGetUInt32(hash_any((const unsigned char *) "abc", 3)),
		 (unsigned long long) DatumGetUInt64(hash_any_extended((const unsigned char *) "abc", 3, 9)));
	emit("number: %u %llx", DatumGetUInt32(hash_uint32(5)),
		 (unsigned long long) DatumGetUInt64(hash_uint32_extended(5, 9)));
	emit("combined: %u %llx", hash_combine(1, 2), (unsigned long long) hash_combine64(1, 2));
	emit("murmur: %u %llx", murmurhash32(77), (unsigned long long) murmurhash64(77));
}

void
hashes_main(Datum arg)
{
	probe_begin();
	of_bytes();
	of_numbers();
	of_strings();
	inlined();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("hashes");
	probe_static("hashes", "hashes_main");
}
