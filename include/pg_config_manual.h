/* Limits that are compiled into server and modules. */
#ifndef PG_CONFIG_MANUAL_H
#define PG_CONFIG_MANUAL_H

#define NAMEDATALEN 64
#define FUNC_MAX_ARGS 100
#define INDEX_MAX_KEYS 32
#define PARTITION_MAX_KEYS 32
#define FMGR_ABI_EXTRA "PostgreSQL"
#define USE_FLOAT8_BYVAL 1
#define MAXPGPATH 1024
#define BITS_PER_BYTE 8
#define ALIGNOF_BUFFER 32
#define PG_CACHE_LINE_SIZE 128
#define PG_IO_ALIGN_SIZE 4096
#define DEFAULT_PGSOCKET_DIR "/var/run/postgresql"

#endif							/* PG_CONFIG_MANUAL_H */
