//! The targets over a seeded stream of bytes: noise, and real inputs with damage.
//! Runs in: tests.
//!
//! `PGBGW_FUZZ_ROUNDS` says how many inputs each target gets.

use crate::loader::testing::{Random, compile, magic_source};

/// Inputs for one target in a plain `cargo test`.
const ROUNDS: usize = 3000;
/// Bytes that mean something to one target or another.
const TELLING: &[u8] = b"'\"\\#=.,_-+0x19eEkMGBTs \t\n\0\x01\x7f\x80\xff";

fn rounds() -> usize {
    let given = std::env::var("PGBGW_FUZZ_ROUNDS").ok();
    given.and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

fn byte(random: &mut Random) -> u8 {
    if random.below(2) == 0 {
        TELLING[random.below(TELLING.len())]
    } else {
        u8::try_from(random.below(256)).expect("a byte")
    }
}

/// Changes a few bytes, takes some out, puts some in, cuts the end off.
fn damage(input: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..random.below(8) {
        if input.is_empty() {
            return;
        }
        let at = random.below(input.len());
        match random.below(8) {
            0 => drop(input.remove(at)),
            1 => input.insert(at, byte(random)),
            2 if random.below(4) == 0 => input.truncate(at),
            _ => input[at] = byte(random),
        }
    }
}

fn run(target: fn(&[u8]), real: &[Vec<u8>], longest: usize) {
    let mut random = Random::new(2017);
    for round in 0..rounds() {
        let input: Vec<u8> = if round % 2 == 0 && !real.is_empty() {
            let mut input = real[random.below(real.len())].clone();
            damage(&mut input, &mut random);
            input
        } else {
            (0..random.below(longest)).map(|_| byte(&mut random)).collect()
        };
        target(&input);
    }
    real.iter().for_each(|input| target(input));
}

#[test]
fn config() {
    let real = [
        "work_mem = 4MB # c\nport=5432\n\nx.y 'it''s \\101\\n' \nbad line here\ninclude 'a.conf'\n",
        "shared_preload_libraries = '\"a,b\", c'\nx = 0x1Fk\ny=-1.5e-3s\nz = 017 GB\nw = 99999999999TB",
        "a = on\nb = 'off'\nc = 1\nd = 1.5min\ne = 30.1GB\nf = 2147483647\ng = -2147483648\nh = nan",
    ];
    run(super::config, &real.map(|text| text.as_bytes().to_vec()), 120);
}

#[test]
fn library() {
    let built = compile("fuzzed", &magic_source(1700), &["-Wl,-rpath,/some/where", "-Wl,-s"]);
    let old = compile("old", &magic_source(1400), &[]);
    let real: Vec<_> = [built, old].iter().map(|b| std::fs::read(&b.path).unwrap()).collect();
    run(super::library, &real, 300);
}

#[test]
fn slots() {
    run(super::slots, &[vec![0; 400], vec![0xff; 400]], 800);
}

#[test]
fn registration() {
    run(super::registration, &[vec![0; 1500], vec![b'a'; 1500], vec![0xff; 1500]], 1500);
}

#[test]
fn states() {
    run(super::states, &[], 100);
}

#[test]
fn roster() {
    run(super::roster, &[], 400);
}
