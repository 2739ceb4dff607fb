/* Where a caller is told of an error that is not raised. */
#ifndef MISCNODES_H
#define MISCNODES_H

#include "nodes/nodes.h"

/* Filled with zeros but for type, and details_wanted where error_data is of interest. */
typedef struct ErrorSaveContext
{
	NodeTag		type;
	bool		error_occurred;
	bool		details_wanted;
	ErrorData  *error_data;
} ErrorSaveContext;

#define SOFT_ERROR_OCCURRED(escontext) \
	((escontext) != NULL && \
	 ((ErrorSaveContext *) (escontext))->type == T_ErrorSaveContext && \
	 ((ErrorSaveContext *) (escontext))->error_occurred)

#endif							/* MISCNODES_H */
