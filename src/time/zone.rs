#![forbid(unsafe_code)]
//! Time zones by name, kept for ever.
//! Runs in: any process.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::abi::pgtime::TZ_STRLEN_MAX;

use super::posix::Rule;
use super::tzfile::{self, Contents};

/// The system's database.
const DATABASE: &str = "/usr/share/zoneinfo";

/// What a clock shows for some time.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Seconds east of Greenwich.
    pub(crate) east: i64,
    pub(crate) is_dst: bool,
    pub(crate) abbreviation: CString,
}

impl Kind {
    pub(super) fn new(east: i64, is_dst: bool, abbreviation: &[u8]) -> Self {
        Self { east, is_dst, abbreviation: CString::new(abbreviation).unwrap_or_default() }
    }
}

/// A time zone: PostgreSQL's `pg_tz`.
pub(crate) struct Zone {
    name: CString,
    contents: Contents,
}

impl Zone {
    /// The name, spelled as in the database.
    pub(crate) fn name(&self) -> &CString {
        &self.name
    }

    /// What holds at a moment, in seconds since 1970.
    pub(crate) fn at(&self, seconds: i64) -> Option<&Kind> {
        let Contents { changes, kinds, rule } = &self.contents;
        let past = changes.partition_point(|(time, _)| *time <= seconds);
        match (past.checked_sub(1), rule) {
            (_, Some(rule)) if past == changes.len() => Some(rule.at(seconds)),
            (Some(last), _) => kinds.get(changes.get(last)?.1),
            (None, _) => kinds.first(),
        }
    }

    /// Seconds east of Greenwich where the zone has, or had, that abbreviation, in any case.
    pub(crate) fn abbreviated(&self, name: &[u8]) -> Option<i64> {
        let Contents { kinds, rule, .. } = &self.contents;
        /// Half a year.
        const HALF: i64 = 182 * 86_400;
        let ruled = rule.iter().flat_map(|rule| [rule.at(0), rule.at(HALF)]);
        let mut all = ruled.chain(kinds.iter().rev());
        let is_it = |kind: &&Kind| kind.abbreviation.as_bytes().eq_ignore_ascii_case(name);
        all.find(is_it).map(|kind| kind.east)
    }

    fn of_rule(name: &[u8], text: &[u8]) -> Option<Self> {
        let rule = Rule::parse(text)?;
        let Kind { east, is_dst, abbreviation } = rule.standard();
        let kinds = vec![Kind::new(*east, *is_dst, abbreviation.as_bytes())];
        let contents = Contents { changes: Vec::new(), kinds, rule: Some(rule) };
        Some(Self { name: CString::new(name).ok()?, contents })
    }

    fn of_file(name: &[u8], path: &Path) -> Option<Self> {
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(tzfile::MAX_BYTES).read_to_end(&mut bytes).ok()?;
        let contents = tzfile::parse(&bytes)?;
        Some(Self { name: CString::new(name).ok()?, contents })
    }
}

/// The zone of that name, in whatever case, or of that POSIX rule. `None`: there is none.
pub(crate) fn by_name(name: &[u8]) -> Option<&'static Zone> {
    static KNOWN: Mutex<BTreeMap<Vec<u8>, &'static Zone>> = Mutex::new(BTreeMap::new());
    if name.len() > TZ_STRLEN_MAX {
        return None;
    }
    let key = name.to_ascii_uppercase();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(zone) = known.get(&key) {
        return Some(zone);
    }
    let zone = if key == b"GMT" { Zone::of_rule(b"GMT", b"GMT0") } else { load(&key) }?;
    let zone: &'static Zone = Box::leak(Box::new(zone));
    known.insert(key, zone);
    Some(zone)
}

/// GMT, which needs no database.
pub(crate) fn gmt() -> Option<&'static Zone> {
    by_name(b"GMT")
}

/// A zone that is always so many seconds west of Greenwich, with the name PostgreSQL gives it.
pub(crate) fn by_offset(west: i64) -> Option<&'static Zone> {
    let seconds = west.unsigned_abs();
    let mut text = format!("{:02}", seconds / 3600);
    if !seconds.is_multiple_of(3600) {
        text += &format!(":{:02}", seconds / 60 % 60);
        if !seconds.is_multiple_of(60) {
            text += &format!(":{:02}", seconds % 60);
        }
    }
    let name = if west > 0 { format!("<-{text}>+{text}") } else { format!("<+{text}>-{text}") };
    by_name(name.as_bytes())
}

/// The zone that the environment or the system's configuration sets, GMT if none is known.
pub(crate) fn of_the_system() -> Option<&'static Zone> {
    static FOUND: OnceLock<Option<&'static Zone>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let name = std::env::var_os("TZ").map_or_else(configured, |tz| {
            let tz = tz.into_vec();
            Some(tz.strip_prefix(b":").unwrap_or(&tz).to_vec())
        });
        name.and_then(|name| by_name(&name)).or_else(gmt)
    })
}

/// The name of the file that `/etc/localtime` is a link to, or else what `/etc/timezone` says.
fn configured() -> Option<Vec<u8>> {
    let linked = fs::read_link("/etc/localtime").ok().and_then(|target| {
        let target = target.into_os_string().into_vec();
        let marker = b"/zoneinfo/";
        let at = target.windows(marker.len()).position(|window| window == marker)?;
        Some(target.get(at + marker.len()..)?.to_vec())
    });
    linked.or_else(|| fs::read("/etc/timezone").ok().map(|text| text.trim_ascii().to_vec()))
}

fn load(upper: &[u8]) -> Option<Zone> {
    let from_file = find(upper).and_then(|(name, path)| Zone::of_file(&name, &path));
    from_file.or_else(|| Zone::of_rule(upper, upper))
}

/// The file of a name whose case may differ, and its name with the right case.
fn find(upper: &[u8]) -> Option<(Vec<u8>, PathBuf)> {
    let mut path = PathBuf::from(DATABASE);
    let mut names = Vec::new();
    for wanted in upper.split(|b| *b == b'/') {
        let name = fs::read_dir(&path).ok()?.filter_map(Result::ok).map(|e| e.file_name()).find(
            // What starts with a dot is no zone, nor a way out of the database.
            |name| name.as_bytes().eq_ignore_ascii_case(wanted) && !wanted.starts_with(b"."),
        )?;
        path.push(&name);
        names.push(name.into_vec());
    }
    Some((names.join(&b'/'), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_nothing_outside_the_database() {
        assert_eq!(gmt().map(|zone| zone.name().as_c_str()), Some(c"GMT"));
        assert!(by_name(b"no/such").is_none());
        assert!(by_name(b"../zoneinfo/UTC").is_none());
        assert!(by_name(b"").is_none());
        assert!(by_name(&[b'a'; 256]).is_none());
        let zone = by_name(b"xyz-3").expect("a rule");
        assert_eq!(zone.name().as_c_str(), c"XYZ-3");
        assert_eq!(zone.at(0).map(|kind| kind.east), Some(10_800));
    }

    #[test]
    fn an_offset_names_itself() {
        for (west, name) in [(0, c"<+00>-00"), (3600, c"<-01>+01"), (-19_800, c"<+05:30>-05:30")] {
            assert_eq!(by_offset(west).map(|zone| zone.name().as_c_str()), Some(name));
        }
    }
}
