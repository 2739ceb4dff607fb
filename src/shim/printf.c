/*
 * printf.c - port.h's printf family: glibc's, but for numbers that are not finite, which PostgreSQL
 * writes NaN and Infinity; and qsort, whose callbacks may jump, so that no Rust frame is below them.
 */
#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A va_list in a struct can be passed by address on every machine. */
struct arguments
{
	va_list		ap;
};

/* Where text goes; what does not fit is counted only. */
struct sink
{
	char	   *to;
	size_t		room;
	size_t		length;
};

/* A conversion: "%", then flags, width, precision and length, without their "*"s. */
struct conversion
{
	char		text[96];
	size_t		length;
	int			flags;
	int			width;
	int			precision;
	char		size;			/* of an integer: 0, 'l' for all that are as long as long, 'L' */
	char		letter;
};

enum
{
	LEFT = 1, SIGN = 2, ZERO = 4
};

/* Whether a format has a floating-point conversion, and no numbered arguments. */
static bool
has_floats(const char *fmt)
{
	bool		found = false;

	while ((fmt = strchr(fmt, '%')) != NULL)
	{
		fmt++;
		fmt += strspn(fmt, "-+ #0'123456789.*hlqLjzt");
		if (*fmt == '$')
			return false;
		if (*fmt != '\0')
			found = strchr("eEfFgG", *fmt++) != NULL || found;
	}
	return found;
}

static void
put(struct sink *sink, const char *text, size_t length)
{
	if (sink->length < sink->room)
	{
		size_t		left = sink->room - sink->length;

		memcpy(sink->to + sink->length, text, length < left ? length : left);
	}
	sink->length += length;
}

static void
put_not_finite(struct sink *sink, const struct conversion *c, double value)
{
	char		text[16] = "";
	size_t		length;

	if (isnan(value))
		strcat(text, "NaN");
	else
		strcat(strcat(text, value < 0 ? "-" : c->flags & SIGN ? "+" : ""), "Infinity");
	length = strlen(text);
	/* Zeros would stand between the sign and the word. */
	if (!(c->flags & LEFT) && c->flags & ZERO && (text[0] == '-' || text[0] == '+'))
	{
		put(sink, text, 1);
		for (size_t i = length; (int) i < c->width; i++)
			put(sink, "0", 1);
		put(sink, text + 1, length - 1);
		return;
	}
	for (size_t i = length; !(c->flags & LEFT) && (int) i < c->width; i++)
		put(sink, c->flags & ZERO ? "0" : " ", 1);
	put(sink, text, length);
	for (size_t i = length; c->flags & LEFT && (int) i < c->width; i++)
		put(sink, " ", 1);
}

/* Reads a width or a precision, given or taken from the arguments. */
static int
read_number(const char **fmt, struct arguments *args)
{
	if (**fmt == '*')
	{
		(*fmt)++;
		return va_arg(args->ap, int);
	}
	return (int) strtol(*fmt, (char **) fmt, 10);
}

/* Reads what follows a '%'; false: it is none that is known. */
static bool
read_conversion(struct conversion *c, const char **fmt, struct arguments *args)
{
	static const struct
	{
		char		flag;
		int			bit;
	}			flags[] = {{'-', LEFT}, {'+', SIGN}, {'0', ZERO}, {' ', 0}, {'#', 0}, {'\'', 0}};
	char		kept[8] = "";
	char		precision[16] = "";
	char		size[3] = "";
	size_t		n = 0;

	memset(c, 0, sizeof(*c));
	for (; **fmt != '\0' && strchr("-+0 #'", **fmt); (*fmt)++)
		for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
			if (flags[i].flag == **fmt && !strchr(kept, **fmt))
			{
				kept[n++] = **fmt;
				c->flags |= flags[i].bit;
			}
	c->width = read_number(fmt, args);
	if (c->width < 0)
	{
		c->width = -c->width;
		c->flags |= LEFT;
	}
	c->precision = -1;
	if (**fmt == '.')
	{
		(*fmt)++;
		c->precision = read_number(fmt, args);
		if (c->precision >= 0)
			snprintf(precision, sizeof(precision), ".%d", c->precision);
	}
	for (n = 0; n < 2 && **fmt != '\0' && strchr("hlqLjzt", **fmt); n++)
		size[n] = *(*fmt)++;
	c->size = size[0] == 'L' ? 'L' : size[0] != '\0' && size[0] != 'h' ? 'l' : '\0';
	c->letter = **fmt;
	if (c->letter == '\0')
		return false;
	(*fmt)++;
	snprintf(c->text, sizeof(c->text), "%%%s%s", kept, c->flags & LEFT ? "-" : "");
	n = strlen(c->text);
	if (c->width > 0)
		snprintf(c->text + n, sizeof(c->text) - n, "%d", c->width);
	n = strlen(c->text);
	snprintf(c->text + n, sizeof(c->text) - n, "%s%s%c", precision, size, c->letter);
	return strchr("diouxXcspmeEfFgGaA", c->letter) != NULL;
}

/* Writes one argument; negative: errno says why not. */
static int
put_argument(struct sink *sink, const struct conversion *c, struct arguments *args, int errnum)
{
	char	   *text = NULL;
	int			n;

	errno = errnum;
	if (strchr("eEfFgGaA", c->letter) && c->size != 'L')
	{
		double		value = va_arg(args->ap, double);

		if (!isfinite(value) && !strchr("aA", c->letter))
		{
			put_not_finite(sink, c, value);
			return 0;
		}
		n = asprintf(&text, c->text, value);
	}
	else if (strchr("eEfFgGaA", c->letter))
		n = asprintf(&text, c->text, va_arg(args->ap, long double));
	else if (strchr("sp", c->letter))
		n = asprintf(&text, c->text, va_arg(args->ap, void *));
	else if (c->letter == 'm')
		n = asprintf(&text, c->text);
	else if (c->size != '\0')
		n = asprintf(&text, c->text, va_arg(args->ap, long));
	else
		n = asprintf(&text, c->text, va_arg(args->ap, int));
	if (n >= 0)
	{
		put(sink, text, (size_t) n);
		free(text);
	}
	return n;
}

/* vsnprintf, with PostgreSQL's words for what is not finite. */
int
pgbgw_shim_vsnprintf(char *str, size_t count, const char *fmt, va_list ap)
{
	struct sink sink = {str, count > 0 ? count - 1 : 0, 0};
	struct arguments args;
	int			errnum = errno;
	bool		failed = false;

	if (!has_floats(fmt))
		return vsnprintf(str, count, fmt, ap);
	va_copy(args.ap, ap);
	while (*fmt != '\0' && !failed)
	{
		size_t		plain = strcspn(fmt, "%");
		struct conversion c;

		put(&sink, fmt, plain);
		fmt += plain;
		if (fmt[0] == '%' && fmt[1] == '%')
		{
			put(&sink, "%", 1);
			fmt += 2;
		}
		else if (fmt[0] == '%')
		{
			fmt++;
			if (!read_conversion(&c, &fmt, &args))
			{
				errno = EINVAL;
				failed = true;
			}
			else
				failed = put_argument(&sink, &c, &args, errnum) < 0;
		}
	}
	va_end(args.ap);
	if (count > 0)
		str[sink.length < sink.room ? sink.length : sink.room] = '\0';
	return failed ? -1 : (int) sink.length;
}

int			pgbgw_shim_vsprintf(char *str, const char *fmt, va_list ap);
int			pgbgw_shim_vfprintf(FILE *stream, const char *fmt, va_list ap);
int			pgbgw_shim_vprintf(const char *fmt, va_list ap);
int			pgbgw_shim_snprintf(char *str, size_t count, const char *fmt, ...);
int			pgbgw_shim_sprintf(char *str, const char *fmt, ...);
int			pgbgw_shim_fprintf(FILE *stream, const char *fmt, ...);
int			pgbgw_shim_printf(const char *fmt, ...);
int			pgbgw_shim_strfromd(char *str, size_t count, int precision, double value);

int
pgbgw_shim_vsprintf(char *str, const char *fmt, va_list ap)
{
	return has_floats(fmt) ? pgbgw_shim_vsnprintf(str, (size_t) 1 << 30, fmt, ap) : vsprintf(str, fmt, ap);
}

int
pgbgw_shim_vfprintf(FILE *stream, const char *fmt, va_list ap)
{
	char	   *text;
	va_list		again;
	int			n;
	int			errnum = errno;

	if (!has_floats(fmt))
		return vfprintf(stream, fmt, ap);
	va_copy(again, ap);
	n = pgbgw_shim_vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || (text = malloc((size_t) n + 1)) == NULL)
		return -1;
	errno = errnum;
	(void) pgbgw_shim_vsnprintf(text, (size_t) n + 1, fmt, ap);
	if (fwrite(text, 1, (size_t) n, stream) != (size_t) n)
		n = -1;
	free(text);
	return n;
}

int
pgbgw_shim_vprintf(const char *fmt, va_list ap)
{
	return pgbgw_shim_vfprintf(stdout, fmt, ap);
}

/* A variadic function that is its va_list counterpart. */
#define VARIADIC(name, parameters, last, call) \
	int \
	name parameters \
	{ \
		va_list		ap; \
		int			n; \
		va_start(ap, last); \
		n = call; \
		va_end(ap); \
		return n; \
	}

VARIADIC(pgbgw_shim_snprintf, (char *str, size_t count, const char *fmt, ...), fmt,
		 pgbgw_shim_vsnprintf(str, count, fmt, ap))
VARIADIC(pgbgw_shim_sprintf, (char *str, const char *fmt, ...), fmt, pgbgw_shim_vsprintf(str, fmt, ap))
VARIADIC(pgbgw_shim_fprintf, (FILE *stream, const char *fmt, ...), fmt,
		 pgbgw_shim_vfprintf(stream, fmt, ap))
VARIADIC(pgbgw_shim_printf, (const char *fmt, ...), fmt, pgbgw_shim_vfprintf(stdout, fmt, ap))

void		pgbgw_shim_vwrite_stderr(const char *fmt, va_list ap);
void		pgbgw_shim_write_stderr(const char *fmt, ...);

/* Text for whoever started the server, where there is no log yet. */
void
pgbgw_shim_vwrite_stderr(const char *fmt, va_list ap)
{
	(void) pgbgw_shim_vfprintf(stderr, fmt, ap);
	fflush(stderr);
}

void
pgbgw_shim_write_stderr(const char *fmt, ...)
{
	va_list		ap;

	va_start(ap, fmt);
	pgbgw_shim_vwrite_stderr(fmt, ap);
	va_end(ap);
}

/* "%.*g" with a precision from 1 to 32. */
int
pgbgw_shim_strfromd(char *str, size_t count, int precision, double value)
{
	precision = precision < 1 ? 1 : precision > 32 ? 32 : precision;
	return pgbgw_shim_snprintf(str, count, "%.*g", precision, value);
}

void		pgbgw_shim_qsort(void *base, size_t nel, size_t elsize,
							 int (*cmp) (const void *, const void *));
void		pgbgw_shim_qsort_arg(void *base, size_t nel, size_t elsize,
								 int (*cmp) (const void *, const void *, void *), void *arg);

void
pgbgw_shim_qsort(void *base, size_t nel, size_t elsize, int (*cmp) (const void *, const void *))
{
	qsort(base, nel, elsize, cmp);
}

void
pgbgw_shim_qsort_arg(void *base, size_t nel, size_t elsize,
					 int (*cmp) (const void *, const void *, void *), void *arg)
{
	qsort_r(base, nel, elsize, cmp, arg);
}
