//! Finding the types and constants of a C header, well enough for the headers of `include/`.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

/// What a header defines, in its order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A structure or a union that is spelled out; bit fields are left out.
    Record { name: String, fields: Vec<Field> },
    /// Another name of a type that has a size.
    Alias(String),
    /// A macro without parameters, or a member of an enumeration.
    Constant(String),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Has no size.
    pub(crate) is_flexible: bool,
}

/// The items of a header.
pub(crate) fn items(text: &str) -> Vec<Item> {
    let text = without_comments(text);
    let mut found = Vec::new();
    let mut statement = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        // No semicolon is behind the macros that headers of ours have for themselves.
        if line.starts_with("PGBGW_") {
            continue;
        }
        if !line.starts_with('#') {
            statement.push_str(line);
            statement.push('\n');
            let depth = statement.matches('{').count() - statement.matches('}').count();
            let end = statement.trim_end();
            if depth == 0 && (end.ends_with(';') || end.ends_with('}')) {
                of_statement(end, &mut found);
                statement.clear();
            }
            continue;
        }
        let mut directive = line.to_owned();
        while directive.ends_with('\\') {
            directive.pop();
            directive.push_str(lines.next().unwrap_or_default());
        }
        // A list inside of an enumeration is read on its own.
        if let Some(constant) = constant_macro(&directive) {
            found.push(Item::Constant(constant));
        }
    }
    found
}

/// The members of a list that another header includes: `NAME = 1,` or `MACRO(NAME, ...)`.
pub(crate) fn list(text: &str) -> Vec<Item> {
    let text = without_comments(text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| Item::Constant(word(line.rsplit('(').next().unwrap()).to_owned())).collect()
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once("*/").map_or("", |(_, behind)| behind));
    }
    kept
}

/// The name of a macro whose value may be a number or a text; small letters are other functions.
fn constant_macro(directive: &str) -> Option<String> {
    let (name, value) = directive.strip_prefix("#define ")?.split_once([' ', '\t'])?;
    let value = value.trim();
    let is_value = |c: char| c.is_ascii_alphanumeric() || "_ \t()<>|~+*/'\"-.".contains(c);
    let is_constant = !name.contains('(') && !name.starts_with(|c: char| c.is_ascii_lowercase());
    (is_constant && !value.is_empty() && value.chars().all(is_value)).then(|| name.to_owned())
}

fn of_statement(statement: &str, found: &mut Vec<Item>) {
    let statement = statement.trim_start().trim_start_matches("__extension__ ");
    let (is_typedef, rest) = match statement.strip_prefix("typedef ") {
        Some(rest) => (true, rest),
        None => (false, statement),
    };
    let Some((head, inside, behind)) = braces(rest) else {
        let is_complete = !rest.starts_with("struct ") || rest.contains('*');
        if is_typedef && is_complete && !rest.contains('(') {
            found.extend(declarators(rest).map(|field| Item::Alias(field.name)));
        }
        return;
    };
    let mut words = head.split_whitespace();
    match words.next() {
        Some("enum") => found.extend(
            inside
                .split(',')
                .map(word)
                .filter(|name| !name.is_empty())
                .map(String::from)
                .map(Item::Constant),
        ),
        Some(kind @ ("struct" | "union")) => {
            let tag = words.next().map(|tag| format!("{kind} {tag}"));
            let alias = is_typedef.then(|| last_word(behind).to_owned());
            if let Some(name) = alias.or(tag) {
                found.push(Item::Record { name, fields: fields(inside) });
            }
        }
        _ => {}
    }
}

/// What is before, inside of and behind the outermost braces.
fn braces(text: &str) -> Option<(&str, &str, &str)> {
    let (open, close) = (text.find('{')?, text.rfind('}')?);
    Some((&text[..open], &text[open + 1..close], &text[close + 1..]))
}

/// The members of a structure; of those that are structures themselves, their names only.
fn fields(body: &str) -> Vec<Field> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, c) in body.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => {
                let member = &body[start..at];
                found.extend(declarators(braces(member).map_or(member, |(_, _, behind)| behind)));
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The declared names of a member or of a typedef; bit fields have no offset.
fn declarators(text: &str) -> impl Iterator<Item = Field> + '_ {
    let text = text.split("pg_attribute_").next().unwrap_or_default();
    // Parameters of a function pointer have commas, too.
    let one = text.contains('(').then_some(text);
    let many = one.is_none().then(|| text.split(','));
    one.into_iter().chain(many.into_iter().flatten()).filter(|part| !part.contains(':')).map(
        |part| {
            let pointer = part.split_once("(*").map(|(_, behind)| word(behind));
            let plain = part.split('[').next().unwrap_or_default();
            Field {
                name: pointer.unwrap_or_else(|| last_word(plain)).to_owned(),
                is_flexible: part.contains("[FLEXIBLE_ARRAY_MEMBER]"),
            }
        },
    )
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The first name of a text.
fn word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

/// The last name of a text.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(|c| !is_word(c));
    &text[text.rfind(|c| !is_word(c)).map_or(0, |at| at + 1)..]
}
