#ifndef PGBGW_SHIM_H
#define PGBGW_SHIM_H
#endif
