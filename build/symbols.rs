//! Reads the list of exported server names and generates what follows from it: the refusing
//! functions, the inert data and the table of names. `src/exports/refused.rs` describes the list.
//! Runs in: the build.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const LIST: &str = "src/exports/symbols.tsv";
const HEADER: &str = "name\tkind\tsize\theader\tstate\tvalue";

/// One line of the list.
struct Symbol<'a> {
    name: &'a str,
    /// Bytes of a datum; `None` for a function.
    size: Option<usize>,
    state: &'a str,
    value: &'a str,
}

/// Writes `refused.rs`, `inert.rs` and `names.rs` into `out`; an error names the line of the list.
pub(crate) fn generate(out: &Path) -> Result<(), String> {
    println!("cargo:rerun-if-changed={LIST}");
    println!("cargo:rerun-if-changed=build/symbols.rs");
    let text = fs::read_to_string(LIST).map_err(|error| format!("{LIST}: {error}"))?;
    let symbols = parse(&text)?;
    for (name, text) in [
        ("refused.rs", refused(&symbols)),
        ("inert.rs", inert(&symbols)?),
        ("names.rs", names(&symbols)),
    ] {
        fs::write(out.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn parse(text: &str) -> Result<Vec<Symbol<'_>>, String> {
    let mut lines = text.lines().zip(1..);
    if lines.next().is_none_or(|(header, _)| header != HEADER) {
        return Err(format!("{LIST}:1: the first line must be \"{}\"", HEADER.escape_default()));
    }
    let mut symbols: Vec<Symbol<'_>> = Vec::new();
    for (line, number) in lines {
        let symbol = parse_line(line).map_err(|error| format!("{LIST}:{number}: {error}"))?;
        if symbols.last().is_some_and(|last| last.name >= symbol.name) {
            return Err(format!("{LIST}:{number}: names must be sorted by byte and unique"));
        }
        symbols.push(symbol);
    }
    Ok(symbols)
}

fn parse_line(line: &str) -> Result<Symbol<'_>, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, kind, size, _header, state, value] = fields[..] else {
        return Err(format!("{} fields instead of 6", fields.len()));
    };
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(format!("\"{name}\" is no C name"));
    }
    let size = match (kind, size) {
        ("func", "") => None,
        ("data", size) => Some(size.parse().map_err(|error| format!("size \"{size}\": {error}"))?),
        _ => return Err("kind is \"func\" without a size or \"data\" with one".into()),
    };
    match (kind, state) {
        ("func", "implemented" | "refused") | ("data", "variable" | "inert") => {}
        _ => return Err(format!("state \"{state}\" does not fit kind \"{kind}\"")),
    }
    if size.is_none() && !value.is_empty() {
        return Err("a function has no value".into());
    }
    Ok(Symbol { name, size, state, value })
}

fn refused(symbols: &[Symbol<'_>]) -> String {
    let mut text = String::from("refused! {\n");
    for symbol in symbols.iter().filter(|s| s.state == "refused") {
        let _ = writeln!(text, "    {:?}", symbol.name);
    }
    text.push_str("}\n");
    text
}

fn inert(symbols: &[Symbol<'_>]) -> Result<String, String> {
    let mut text = String::from("inert! {\n");
    for symbol in symbols.iter().filter(|s| s.state == "inert") {
        let (kind, value) =
            datum(symbol).map_err(|error| format!("{LIST}: value of {}: {error}", symbol.name))?;
        let _ = writeln!(text, "    {:?}: {kind} = {value};", symbol.name);
    }
    text.push_str("}\n");
    Ok(text)
}

/// Type and initial value of an inert datum, as Rust.
fn datum(symbol: &Symbol<'_>) -> Result<(String, String), String> {
    let size = symbol.size.unwrap_or(0);
    if let 1 | 2 | 4 = size {
        let value: i64 = match symbol.value {
            "" => 0,
            value => value.parse().map_err(|error| format!("\"{value}\": {error}"))?,
        };
        return Ok((format!("i{}", size * 8), value.to_string()));
    }
    if size == 0 || !size.is_multiple_of(8) {
        return Err(format!("size {size} is not 1, 2, 4 or a multiple of 8"));
    }
    let words = match symbol.value.strip_prefix("-> ") {
        Some(table) if size == 8 => vec![format!("table!({})", words(table)?.join(", "))],
        Some(_) => return Err("only a pointer can point to a table".into()),
        None => words(symbol.value)?,
    };
    let zeros = (size / 8)
        .checked_sub(words.len())
        .ok_or_else(|| format!("{} words do not fit into {size} bytes", words.len()))?;
    let words: Vec<String> =
        words.into_iter().chain(std::iter::repeat_n(word("0")?, zeros)).collect();
    Ok((format!("[Word; {}]", size / 8), format!("[{}]", words.join(", "))))
}

fn words(text: &str) -> Result<Vec<String>, String> {
    text.split_whitespace().map(word).collect()
}

/// Eight bytes: a number, the address of a text, or a function that refuses.
fn word(text: &str) -> Result<String, String> {
    if let Some(name) = text.strip_prefix("fn:") {
        Ok(format!("refusing!({name:?})"))
    } else if let Some(chars) = text.strip_prefix("text:") {
        Ok(format!("Word {{ text: c{chars:?}.as_ptr() }}"))
    } else {
        let number: i64 = text.parse().map_err(|error| format!("\"{text}\": {error}"))?;
        Ok(format!("Word {{ number: {number} }}"))
    }
}

fn names(symbols: &[Symbol<'_>]) -> String {
    let mut text = format!("/// Every name of `{LIST}`, sorted by byte.\n");
    text.push_str("pub(crate) static NAMES: &[ServerName] = &[\n");
    for s in symbols {
        let state = match s.state {
            "implemented" => "Implemented",
            "refused" => "Refused",
            "variable" => "Variable",
            _ => "Inert",
        };
        let _ = writeln!(
            text,
            "    ServerName {{ name: {:?}, size: {}, state: State::{state} }},",
            s.name,
            s.size.unwrap_or(0)
        );
    }
    text.push_str("];\n");
    text
}
