/* Basic types and macros of PostgreSQL's C. Every other header includes this one. */
#ifndef C_H
#define C_H

#include "pg_config.h"
#include "pg_config_manual.h"
#include "postgres_ext.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

#if !defined(__GNUC__) || !defined(__linux__) || !defined(__LP64__)
#error "these headers are for GCC or Clang on 64-bit Linux"
#endif

/* Wrap declarations, so that C++ programs can include every header as it is. */
#ifdef __cplusplus
#define PGBGW_BEGIN_DECLS extern "C" {
#define PGBGW_END_DECLS }
#else
#define PGBGW_BEGIN_DECLS
#define PGBGW_END_DECLS
#endif

/* What the compiler may be told. */
#define pg_attribute_unused() __attribute__((unused))
#define pg_nodiscard __attribute__((warn_unused_result))
#define pg_attribute_nonnull(...) __attribute__((nonnull(__VA_ARGS__)))
#define pg_attribute_format_arg(a) __attribute__((format_arg(a)))
#ifdef __clang__
#define pg_attribute_printf(f, a) __attribute__((format(printf, f, a)))
#else
#define pg_attribute_printf(f, a) __attribute__((format(PG_C_PRINTF_ATTRIBUTE, f, a)))
#endif
#define pg_attribute_aligned(a) __attribute__((aligned(a)))
#define pg_attribute_packed() __attribute__((packed))
#define pg_attribute_noreturn() __attribute__((noreturn))
#define HAVE_PG_ATTRIBUTE_NORETURN 1
#define pg_attribute_always_inline __attribute__((always_inline)) inline
#define pg_noinline __attribute__((noinline))
#define pg_attribute_cold __attribute__((cold))
#define pg_attribute_hot __attribute__((hot))
#define pg_unreachable() __builtin_unreachable()
#define likely(x) __builtin_expect((x) != 0, 1)
#define unlikely(x) __builtin_expect((x) != 0, 0)
#define PG_USED_FOR_ASSERTS_ONLY pg_attribute_unused()
#define PGDLLIMPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#define FLEXIBLE_ARRAY_MEMBER	/* empty */

#define CppAsString(identifier) #identifier
#define CppAsString2(x) CppAsString(x)
#define CppConcat(x, y) x##y

/* Integers. */
typedef int8_t int8;
typedef int16_t int16;
typedef int32_t int32;
typedef int64_t int64;
typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef uint64_t uint64;
typedef uint8 bits8;
typedef uint16 bits16;
typedef uint32 bits32;

#define INT64CONST(x) (x##L)
#define UINT64CONST(x) (x##UL)
#define INT64_FORMAT "%" INT64_MODIFIER "d"
#define UINT64_FORMAT "%" INT64_MODIFIER "u"

#define PG_INT8_MIN INT8_MIN
#define PG_INT8_MAX INT8_MAX
#define PG_UINT8_MAX UINT8_MAX
#define PG_INT16_MIN INT16_MIN
#define PG_INT16_MAX INT16_MAX
#define PG_UINT16_MAX UINT16_MAX
#define PG_INT32_MIN INT32_MIN
#define PG_INT32_MAX INT32_MAX
#define PG_UINT32_MAX UINT32_MAX
#define PG_INT64_MIN INT64_MIN
#define PG_INT64_MAX INT64_MAX
#define PG_UINT64_MAX UINT64_MAX

/* The server's own types. */
typedef char *Pointer;
typedef size_t Size;
typedef unsigned int Index;
typedef signed int Offset;
typedef float float4;
typedef double float8;
#define FLOAT8PASSBYVAL true
typedef Oid regproc;
typedef regproc RegProcedure;
typedef uint32 TransactionId;
typedef uint32 LocalTransactionId;
typedef uint32 SubTransactionId;
typedef TransactionId MultiXactId;
typedef uint32 MultiXactOffset;
typedef uint32 CommandId;

#define InvalidTransactionId ((TransactionId) 0)
#define InvalidSubTransactionId ((SubTransactionId) 0)
#define TopSubTransactionId ((SubTransactionId) 1)
#define FirstCommandId ((CommandId) 0)
#define InvalidCommandId (~(CommandId) 0)

/* A value of variable length: four bytes of length and flags, then the data. */
struct varlena
{
	char		vl_len_[4];
	char		vl_dat[FLEXIBLE_ARRAY_MEMBER];
};

#define VARHDRSZ ((int32) sizeof(int32))
typedef struct varlena bytea;
typedef struct varlena text;
typedef struct varlena BpChar;
typedef struct varlena VarChar;

/* Vectors of a fixed kind, which look like arrays of one dimension from 0 on. */
typedef struct
{
	int32		vl_len_;
	int			ndim;
	int32		dataoffset;
	Oid			elemtype;
	int			dim1;
	int			lbound1;
	int16		values[FLEXIBLE_ARRAY_MEMBER];
} int2vector;

typedef struct
{
	int32		vl_len_;
	int			ndim;
	int32		dataoffset;
	Oid			elemtype;
	int			dim1;
	int			lbound1;
	Oid			values[FLEXIBLE_ARRAY_MEMBER];
} oidvector;

typedef struct nameData
{
	char		data[NAMEDATALEN];
} NameData;
typedef NameData *Name;
#define NameStr(name) ((name).data)

#define OidIsValid(objectId) ((bool) ((objectId) != InvalidOid))
#define PointerIsValid(pointer) ((const void *) (pointer) != NULL)
#define lengthof(array) (sizeof(array) / sizeof((array)[0]))
#define Max(x, y) ((x) > (y) ? (x) : (y))
#define Min(x, y) ((x) < (y) ? (x) : (y))
#define MemSet(start, val, len) memset((start), (val), (len))

/* Rounding up and down to a power of two. */
#define TYPEALIGN(ALIGNVAL, LEN) (((uintptr_t) (LEN) + ((ALIGNVAL) - 1)) & ~((uintptr_t) ((ALIGNVAL) - 1)))
#define TYPEALIGN_DOWN(ALIGNVAL, LEN) ((uintptr_t) (LEN) & ~((uintptr_t) ((ALIGNVAL) - 1)))
#define SHORTALIGN(LEN) TYPEALIGN(ALIGNOF_SHORT, (LEN))
#define INTALIGN(LEN) TYPEALIGN(ALIGNOF_INT, (LEN))
#define LONGALIGN(LEN) TYPEALIGN(ALIGNOF_LONG, (LEN))
#define DOUBLEALIGN(LEN) TYPEALIGN(ALIGNOF_DOUBLE, (LEN))
#define MAXALIGN(LEN) TYPEALIGN(MAXIMUM_ALIGNOF, (LEN))
#define MAXALIGN_DOWN(LEN) TYPEALIGN_DOWN(MAXIMUM_ALIGNOF, (LEN))
#define BUFFERALIGN(LEN) TYPEALIGN(ALIGNOF_BUFFER, (LEN))
#define CACHELINEALIGN(LEN) TYPEALIGN(PG_CACHE_LINE_SIZE, (LEN))

/* Modules are built as for a server without assertions. */
#define Assert(condition) ((void) true)
#define AssertMacro(condition) ((void) true)
#ifdef __cplusplus
#define StaticAssertDecl(condition, errmessage) static_assert(condition, errmessage)
#define unconstify(underlying_type, expr) const_cast<underlying_type>(expr)
#define unvolatize(underlying_type, expr) const_cast<underlying_type>(expr)
#else
#define StaticAssertDecl(condition, errmessage) _Static_assert(condition, errmessage)
#define unconstify(underlying_type, expr) ((underlying_type) (expr))
#define unvolatize(underlying_type, expr) ((underlying_type) (expr))
#endif
#define StaticAssertStmt(condition, errmessage) do { StaticAssertDecl(condition, errmessage); } while (0)

#define STATUS_OK (0)
#define STATUS_ERROR (-1)
#define STATUS_EOF (-2)
#define PG_BINARY 0
#define PG_BINARY_A "a"
#define PG_BINARY_R "r"
#define PG_BINARY_W "w"

/* Messages are translated where the module's catalogue is bound. */
#ifndef _
#define _(x) gettext(x)
#endif
#define gettext_noop(x) (x)
#define PG_TEXTDOMAIN(domain) (domain "-" PG_MAJORVERSION)

#define SIGNAL_ARGS int postgres_signal_arg

#include "port.h"

#endif							/* C_H */
