# Builds and installs pgbgw; cargo does the building.
#
#   make                              what is to be installed, in target/install
#   make install PREFIX=/usr/local    as root if need be; DESTDIR is for packages
#   make uninstall PREFIX=/usr/local
#
# PREFIX, BINDIR, LIBDIR, INCLUDEDIR and MANDIR have to be the same for all three: the command
# remembers where its library is, relative to itself.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DESTDIR ?=

CARGO ?= cargo
INSTALL ?= install
PROFILE ?= release
TARGET_DIR ?= target/install

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# Changes when programs or extensions have to be linked again.
SONAME := libpgbgw.so.0
BUILT := $(TARGET_DIR)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
FROM_BIN := $(shell realpath -m -s --relative-to=$(BINDIR) $(LIBDIR))
HEADERS := $(INCLUDEDIR)/pgbgw

all:
	PGBGW_SONAME=$(SONAME) PGBGW_RPATH='$$ORIGIN/$(FROM_BIN)' \
		$(CARGO) build --locked --profile $(PROFILE) --target-dir $(TARGET_DIR)
	ln -sf libpgbgw.so $(BUILT)/$(SONAME)
	rm -rf $(BUILT)/man
	LD_LIBRARY_PATH=$(BUILT) $(BUILT)/pgbgw man $(BUILT)/man

install:
	@test -d $(BUILT)/man || { echo 'Run "make" first, with the same folders.' >&2; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(HEADERS) \
		$(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5
	$(INSTALL) -m 755 $(BUILT)/pgbgw $(DESTDIR)$(BINDIR)/pgbgw
	$(INSTALL) -m 755 $(BUILT)/libpgbgw.so $(DESTDIR)$(LIBDIR)/libpgbgw.so.$(VERSION)
	ln -sf libpgbgw.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libpgbgw.so
	cd include && find . -name '*.h' -exec $(INSTALL) -D -m 644 {} $(abspath $(DESTDIR)$(HEADERS))/{} \;
	sed -e 's|@prefix@|$(PREFIX)|' -e 's|@libdir@|$(LIBDIR)|' -e 's|@headers@|$(HEADERS)|' \
		-e 's|@version@|$(VERSION)|' build/pgbgw.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/pgbgw.pc
	chmod 644 $(DESTDIR)$(LIBDIR)/pkgconfig/pgbgw.pc
	$(INSTALL) -m 644 $(BUILT)/man/man1/*.1 $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 $(BUILT)/man/man5/*.5 $(DESTDIR)$(MANDIR)/man5

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/pgbgw $(DESTDIR)$(LIBDIR)/libpgbgw.so* \
		$(DESTDIR)$(LIBDIR)/pkgconfig/pgbgw.pc $(DESTDIR)$(MANDIR)/man1/pgbgw.1 \
		$(DESTDIR)$(MANDIR)/man1/pgbgw-*.1 $(DESTDIR)$(MANDIR)/man5/pgbgw.conf.5
	rm -rf $(DESTDIR)$(HEADERS)

.PHONY: all install uninstall
