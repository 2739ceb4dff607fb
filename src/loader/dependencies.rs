#![forbid(unsafe_code)]
//! The files behind the library names that a library says it needs.
//! Runs in: any process.
//!
//! Follows the dynamic linker's order: RPATH, `LD_LIBRARY_PATH`, RUNPATH, its cache, its default
//! folders. What the process has mapped already comes first, as it does there.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::elf::{Bytes, Elf};

const CACHE: &str = "/etc/ld.so.cache";
const CACHE_MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
const CACHE_HEADER: u64 = 48;
const CACHE_ENTRY: u64 = 24;

/// Where the dynamic linker of this system and process looks for libraries.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// Files that this process has mapped.
    mapped: Vec<PathBuf>,
    /// Folders of `LD_LIBRARY_PATH`.
    library_path: Vec<PathBuf>,
    /// Name and file of each entry of the cache.
    cache: Vec<(Vec<u8>, PathBuf)>,
    defaults: Vec<PathBuf>,
}

impl Search {
    /// As the environment, the system's files and this process's mappings have it.
    pub(crate) fn of_this_process() -> Self {
        let library_path = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let multiarch = format!("{}-linux-gnu", env::consts::ARCH);
        let defaults = ["/lib", "/usr/lib"].map(|base| Path::new(base).join(&multiarch));
        let plain = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"].map(PathBuf::from);
        Self {
            mapped: mapped_files(&fs::read("/proc/self/maps").unwrap_or_default()),
            library_path: folders(library_path.as_bytes(), b":;", Path::new(".")),
            cache: read_cache(&fs::read(CACHE).unwrap_or_default()).unwrap_or_default(),
            defaults: defaults.into_iter().chain(plain).collect(),
        }
    }

    /// The bytes of the library that `name` means to a library with this RPATH or RUNPATH in the
    /// folder `origin`; `None` if there is none for this machine.
    pub(crate) fn read(&self, name: &[u8], elf: &Elf<'_>, origin: &Path) -> Option<Vec<u8>> {
        self.candidates(name, elf, origin).into_iter().find_map(|path| {
            let usable = fs::metadata(&path).ok().is_some_and(|facts| facts.is_file());
            let file = usable.then(|| fs::read(&path).ok()).flatten()?;
            Elf::parse(&file).is_ok().then_some(file)
        })
    }

    fn candidates(&self, name: &[u8], elf: &Elf<'_>, origin: &Path) -> Vec<PathBuf> {
        let name = OsStr::from_bytes(name);
        if name.as_bytes().contains(&b'/') {
            return vec![PathBuf::from(name)];
        }
        let listed = |text: Option<&[u8]>| folders(text.unwrap_or(b""), b":", origin);
        let (rpath, runpath) = match elf.runpath() {
            Some(runpath) => (Vec::new(), listed(Some(runpath))),
            None => (listed(elf.rpath()), Vec::new()),
        };
        let cached = self.cache.iter().filter(|(entry, _)| entry == name.as_bytes());
        let mapped = self.mapped.iter().filter(|path| path.file_name() == Some(name));
        let in_folder = |folder: &PathBuf| folder.join(name);
        let mut paths: Vec<PathBuf> = mapped.cloned().collect();
        paths.extend(rpath.iter().chain(&self.library_path).chain(&runpath).map(in_folder));
        paths.extend(cached.map(|(_, path)| path.clone()));
        paths.extend(self.defaults.iter().map(in_folder));
        paths
    }
}

/// The folders of a list; an empty one is the current folder, `$ORIGIN` is `origin`.
fn folders(list: &[u8], separators: &[u8], origin: &Path) -> Vec<PathBuf> {
    if list.is_empty() {
        return Vec::new();
    }
    let parts = list.split(|byte| separators.contains(byte));
    let expanded = parts.map(|part| {
        let rest = part.strip_prefix(b"$ORIGIN").or_else(|| part.strip_prefix(b"${ORIGIN}"));
        match rest {
            Some(rest) => {
                let path = [origin.as_os_str().as_bytes(), rest].concat();
                PathBuf::from(OsStr::from_bytes(&path))
            }
            None if part.is_empty() => PathBuf::from("."),
            None => PathBuf::from(OsStr::from_bytes(part)),
        }
    });
    expanded.collect()
}

/// The files named in `/proc/PID/maps`, each once.
fn mapped_files(maps: &[u8]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for line in maps.split(|&byte| byte == b'\n') {
        let start = line.iter().position(|&byte| byte == b'/').unwrap_or(line.len());
        let path = Path::new(OsStr::from_bytes(line.get(start..).unwrap_or(b"")));
        if path.file_name().is_some() && files.last().is_none_or(|last| last != path) {
            files.push(path.to_path_buf());
        }
    }
    files
}

/// The entries of the dynamic linker's cache, in its order.
fn read_cache(file: &[u8]) -> Option<Vec<(Vec<u8>, PathBuf)>> {
    // A cache in the old format carries the new one behind it.
    let start = file.windows(CACHE_MAGIC.len()).position(|window| window == CACHE_MAGIC)?;
    let cache = Bytes(file.get(start..)?);
    let count = u64::from(cache.u32(20)?);
    let mut entries = Vec::new();
    for index in 0..count.min(cache.len() / CACHE_ENTRY) {
        let entry = cache.slice(CACHE_HEADER + index * CACHE_ENTRY, CACHE_ENTRY)?;
        let name = cache.string(entry.u32(4)?.into())?;
        let path = cache.string(entry.u32(8)?.into())?;
        entries.push((name.to_vec(), PathBuf::from(OsStr::from_bytes(path))));
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::testing::{Random, compile};

    #[test]
    fn splits_lists_of_folders() {
        let split = |list: &str| folders(list.as_bytes(), b":", Path::new("/here"));
        assert_eq!(split(""), [] as [PathBuf; 0]);
        let expected = ["/a", ".", "/here/../lib", "/here"].map(PathBuf::from);
        assert_eq!(split("/a::$ORIGIN/../lib:${ORIGIN}"), expected);
    }

    #[test]
    fn reads_the_names_of_mapped_files() {
        let maps = b"1-2 r-xp 0 08:01 5    /usr/lib/libc.so.6\n2-3 rw-p 0 08:01 5   \
            /usr/lib/libc.so.6\n3-4 rw-p 0 00:00 0 [heap]\n4-5 r--p 0 08:01 6 /usr/lib/a b.so\n";
        let expected = ["/usr/lib/libc.so.6", "/usr/lib/a b.so"].map(PathBuf::from);
        assert_eq!(mapped_files(maps), expected);
    }

    #[test]
    fn reads_a_cache() {
        let mut file = b"ld.so-1.7.0 old part".to_vec();
        let strings = CACHE_HEADER + CACHE_ENTRY;
        let mut cache = CACHE_MAGIC.to_vec();
        cache.extend(1_u32.to_le_bytes());
        cache.resize(usize::try_from(CACHE_HEADER).expect("small"), 0);
        for number in [3, strings, strings + 10, 0, 0, 0] {
            cache.extend(u32::try_from(number).expect("small").to_le_bytes());
        }
        cache.extend(b"libx.so.1\0/lib/libx.so.1\0");
        file.extend(&cache);
        let expected = (b"libx.so.1".to_vec(), PathBuf::from("/lib/libx.so.1"));
        assert_eq!(read_cache(&file).expect("a cache"), [expected]);
        assert_eq!(read_cache(b"nothing"), None);

        let mut random = Random::new(5);
        for _ in 0..2000 {
            let mut damaged = file.clone();
            let at = random.below(damaged.len());
            damaged[at] = u8::try_from(random.below(256)).expect("a byte");
            damaged.truncate(random.below(damaged.len() + 1));
            let _entries = read_cache(&damaged);
        }
    }

    #[test]
    fn finds_libraries_where_the_dynamic_linker_does() {
        let needed = compile("libneeded", "int needed_one = 1;", &[]);
        let module = compile("module", "int x;", &["-Wl,-rpath,$ORIGIN"]);
        let file = fs::read(&module.path).expect("readable");
        let elf = Elf::parse(&file).expect("a library");
        let origin = needed.folder.path();
        let search = Search::of_this_process();
        let found = search.read(b"libneeded.so", &elf, origin).expect("found beside the module");
        assert!(Elf::parse(&found).expect("a library").definition(b"needed_one").is_ok());
        assert!(search.read(b"libneeded.so", &elf, Path::new("/nowhere")).is_none());
        assert!(search.read(b"libc.so.6", &elf, origin).is_some());
        let path = needed.path.as_os_str().as_bytes();
        assert!(search.read(path, &elf, Path::new("/nowhere")).is_some());
    }
}
