/*
 * lines.c - common/string.h's lines of a stream: of any length, in strings that grow.
 */
#include "shim.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* lib/stringinfo.h and common/string.h; compared with PostgreSQL's in src/abi. */
typedef struct
{
	char	   *data;
	int			len;
	int			maxlen;
	int			cursor;
} string;

typedef struct
{
	void	   *jmpbuf;
	volatile sig_atomic_t *enabled;
	bool		canceled;
} prompt;

bool		pgbgw_shim_get_line_append(FILE *stream, string *buf, prompt *prompt_ctx);
bool		pgbgw_shim_get_line_buf(FILE *stream, string *buf);
char	   *pgbgw_shim_get_line(FILE *stream, prompt *prompt_ctx);

static bool
cut(string *buf, int len)
{
	buf->len = len;
	buf->data[len] = '\0';
	return false;
}

/* Reads to the end of the line; false if there is nothing, or what there is cannot be read. */
static bool
read_line(FILE *stream, string *buf, prompt *prompt_ctx, int before)
{
	bool		more = true;

	while (more && (buf->len == before || buf->data[buf->len - 1] != '\n'))
	{
		char	   *end = buf->data + buf->len;

		if (buf->maxlen - buf->len < 2)
		{
			pgbgw__enlarge_string(buf, 128);
			end = buf->data + buf->len;
		}
		if (prompt_ctx != NULL)
			*prompt_ctx->enabled = true;
		more = fgets(end, buf->maxlen - buf->len, stream) != NULL;
		if (prompt_ctx != NULL)
			*prompt_ctx->enabled = false;
		if (more)
			buf->len += (int) strlen(end);
	}
	return more || (!ferror(stream) && buf->len != before);
}

bool
pgbgw_shim_get_line_append(FILE *stream, string *buf, prompt *prompt_ctx)
{
	const int	before = buf->len;

	/* Who handles signals may jump back here while there is nothing to read. */
	if (prompt_ctx != NULL && sigsetjmp(*(sigjmp_buf *) prompt_ctx->jmpbuf, 1) != 0)
	{
		prompt_ctx->canceled = true;
		return cut(buf, before);
	}
	return read_line(stream, buf, prompt_ctx, before) || cut(buf, before);
}

bool
pgbgw_shim_get_line_buf(FILE *stream, string *buf)
{
	buf->cursor = 0;
	cut(buf, 0);
	return pgbgw_shim_get_line_append(stream, buf, NULL);
}

char *
pgbgw_shim_get_line(FILE *stream, prompt *prompt_ctx)
{
	string		buf = {pgbgw__palloc(1024), 0, 1024, 0};
	int			save_errno;

	cut(&buf, 0);
	if (pgbgw_shim_get_line_append(stream, &buf, prompt_ctx))
		return buf.data;
	save_errno = errno;
	pgbgw__pfree(buf.data);
	errno = save_errno;
	return NULL;
}
