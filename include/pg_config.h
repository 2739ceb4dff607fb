/* The build that these headers stand for: PostgreSQL 17, Linux, 64 bits, little-endian. */
#ifndef PG_CONFIG_H
#define PG_CONFIG_H

#define PG_MAJORVERSION "17"
#define PG_MAJORVERSION_NUM 17
#define PG_MINORVERSION_NUM 12
#define PG_VERSION "17.12"
#define PG_VERSION_NUM 170012
#define PG_VERSION_STR "PostgreSQL 17.12 (pgbgw)"
#define PACKAGE_NAME "PostgreSQL"
#define PACKAGE_STRING "PostgreSQL 17.12"
#define PACKAGE_VERSION "17.12"
#define DEF_PGPORT 5432
#define DEF_PGPORT_STR "5432"
#define DLSUFFIX ".so"

#define BLCKSZ 8192
#define XLOG_BLCKSZ 8192
#define RELSEG_SIZE 131072

#define ALIGNOF_SHORT 2
#define ALIGNOF_INT 4
#define ALIGNOF_LONG 8
#define ALIGNOF_DOUBLE 8
#define MAXIMUM_ALIGNOF 8
#define SIZEOF_BOOL 1
#define SIZEOF_LONG 8
#define SIZEOF_OFF_T 8
#define SIZEOF_SIZE_T 8
#define SIZEOF_VOID_P 8

#define INT64_MODIFIER "l"
#define PG_INT64_TYPE long int
#define HAVE_LONG_INT_64 1
#define PG_USE_STDBOOL 1

#define PG_C_PRINTF_ATTRIBUTE gnu_printf
#define PG_CXX_PRINTF_ATTRIBUTE gnu_printf
#define pg_restrict __restrict__

#endif							/* PG_CONFIG_H */
