/* Encodings. */
#ifndef PG_WCHAR_H
#define PG_WCHAR_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef unsigned int pg_wchar;

#define MAX_MULTIBYTE_CHAR_LEN 4

typedef enum pg_enc
{
	PG_SQL_ASCII = 0,
	PG_EUC_JP,
	PG_EUC_CN,
	PG_EUC_KR,
	PG_EUC_TW,
	PG_EUC_JIS_2004,
	PG_UTF8,
	PG_MULE_INTERNAL,
	PG_LATIN1,
	PG_LATIN2,
	PG_LATIN3,
	PG_LATIN4,
	PG_LATIN5,
	PG_LATIN6,
	PG_LATIN7,
	PG_LATIN8,
	PG_LATIN9,
	PG_LATIN10,
	PG_WIN1256,
	PG_WIN1258,
	PG_WIN866,
	PG_WIN874,
	PG_KOI8R,
	PG_WIN1251,
	PG_WIN1252,
	PG_ISO_8859_5,
	PG_ISO_8859_6,
	PG_ISO_8859_7,
	PG_ISO_8859_8,
	PG_WIN1250,
	PG_WIN1253,
	PG_WIN1254,
	PG_WIN1255,
	PG_WIN1257,
	PG_KOI8U,
	PG_SJIS,
	PG_BIG5,
	PG_GBK,
	PG_UHC,
	PG_GB18030,
	PG_JOHAB,
	PG_SHIFT_JIS_2004,
	_PG_LAST_ENCODING_
} pg_enc;

#define PG_ENCODING_BE_LAST PG_KOI8U
#define MAX_CONVERSION_GROWTH 4
#define MAX_UNICODE_EQUIVALENT_STRING 16

extern int	pg_encoding_mblen(int encoding, const char *mbstr);
extern int	pg_encoding_mblen_or_incomplete(int encoding, const char *mbstr, size_t remaining);
extern int	pg_encoding_mblen_bounded(int encoding, const char *mbstr);
extern int	pg_encoding_verifymbchar(int encoding, const char *mbstr, int len);
extern int	pg_encoding_verifymbstr(int encoding, const char *mbstr, int len);
extern int	pg_encoding_max_length(int encoding);
extern int	pg_valid_client_encoding(const char *name);
extern bool pg_utf8_islegal(const unsigned char *source, int length);
extern int	pg_mb2wchar(const char *from, pg_wchar *to);
extern int	pg_mb2wchar_with_len(const char *from, pg_wchar *to, int len);
extern int	pg_wchar2mb(const pg_wchar *from, char *to);
extern int	pg_wchar2mb_with_len(const pg_wchar *from, char *to, int len);
extern int	pg_char_and_wchar_strcmp(const char *s1, const pg_wchar *s2);
extern int	pg_wchar_strncmp(const pg_wchar *s1, const pg_wchar *s2, size_t n);
extern size_t pg_wchar_strlen(const pg_wchar *str);
extern int	pg_mblen_cstr(const char *mbstr);
extern int	pg_mblen_range(const char *mbstr, const char *end);
extern int	pg_mblen_with_len(const char *mbstr, int limit);
extern int	pg_mblen_unbounded(const char *mbstr);
extern int	pg_mblen(const char *mbstr);
extern int	pg_dsplen(const char *mbstr);
extern int	pg_mbstrlen(const char *mbstr);
extern int	pg_mbstrlen_with_len(const char *mbstr, int limit);
extern int	pg_mbcliplen(const char *mbstr, int len, int limit);
extern int	pg_encoding_mbcliplen(int encoding, const char *mbstr, int len, int limit);
extern int	pg_mbcharcliplen(const char *mbstr, int len, int limit);
extern int	pg_database_encoding_max_length(void);
extern int	PrepareClientEncoding(int encoding);
extern int	SetClientEncoding(int encoding);
extern int	pg_get_client_encoding(void);
extern const char *pg_get_client_encoding_name(void);
extern void SetDatabaseEncoding(int encoding);
extern int	GetDatabaseEncoding(void);
extern const char *GetDatabaseEncodingName(void);
extern void SetMessageEncoding(int encoding);
extern int	GetMessageEncoding(void);
extern unsigned char *pg_do_encoding_conversion(unsigned char *src, int len, int src_encoding,
												int dest_encoding);
extern char *pg_client_to_server(const char *s, int len);
extern char *pg_server_to_client(const char *s, int len);
extern char *pg_any_to_server(const char *s, int len, int encoding);
extern char *pg_server_to_any(const char *s, int len, int encoding);
extern bool pg_verifymbstr(const char *mbstr, int len, bool noError);
extern bool pg_verify_mbstr(int encoding, const char *mbstr, int len, bool noError);
extern int	pg_verify_mbstr_len(int encoding, const char *mbstr, int len, bool noError);
extern void report_invalid_encoding(int encoding, const char *mbstr,
									int len) pg_attribute_noreturn();
extern void report_untranslatable_char(int src_encoding, int dest_encoding, const char *mbstr,
									   int len) pg_attribute_noreturn();

/* libpq has functions of the same names. */
extern int	pg_char_to_encoding_private(const char *name);
extern const char *pg_encoding_to_char_private(int encoding);
extern int	pg_valid_server_encoding_private(const char *name);
extern int	pg_valid_server_encoding_id_private(int encoding);
extern int	pg_utf_mblen_private(const unsigned char *s);
#define pg_char_to_encoding pg_char_to_encoding_private
#define pg_encoding_to_char pg_encoding_to_char_private
#define pg_valid_server_encoding pg_valid_server_encoding_private
#define pg_valid_server_encoding_id pg_valid_server_encoding_id_private
#define pg_utf_mblen pg_utf_mblen_private

#define PG_VALID_BE_ENCODING(_enc) ((_enc) >= 0 && (_enc) <= PG_ENCODING_BE_LAST)
#define PG_VALID_ENCODING(_enc) ((_enc) >= 0 && (_enc) < _PG_LAST_ENCODING_)
#define PG_VALID_FE_ENCODING(_enc) PG_VALID_ENCODING(_enc)
#define PG_ENCODING_IS_CLIENT_ONLY(_enc) \
	((_enc) > PG_ENCODING_BE_LAST && (_enc) < _PG_LAST_ENCODING_)

PGBGW_END_DECLS

#endif							/* PG_WCHAR_H */
