//! Every target on its seeds and on so many changes of them: the same ones each time, so that what fails here fails
//! everywhere.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::{Duration, Instant},
};

use cabut_fuzz::{TARGETS, Target};

/// The longest that one input may take, on a busy machine and without optimization.
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn whatever_comes_in_what_must_hold_holds() {
    for Target { name, run, seeds, bounded } in TARGETS {
        let begun = Instant::now();
        let seeds = seeds();
        let mut chance = Chance(0x00c0_ffee);
        let changed = (0..bounded).map(|_| changed(&seeds, &mut chance));
        let inputs = seeds.iter().cloned().chain(changed);
        let taken = inputs.filter(|input| holds(name, run, input)).count();
        let all = seeds.len() + bounded as usize;
        println!("{name}: {all} inputs, {taken} of them taken, in {:?}", begun.elapsed());
        assert!((1..all).contains(&taken), "{name} is asked for what is taken and for what is not");
    }
}

/// Whether the input is taken.
fn holds(name: &str, run: fn(&[u8]) -> bool, input: &[u8]) -> bool {
    let begun = Instant::now();
    let taken = catch_unwind(AssertUnwindSafe(|| run(input))).unwrap_or_else(|panic| {
        eprintln!("{name} does not hold for {}", input.escape_ascii());
        resume_unwind(panic)
    });
    assert!(begun.elapsed() < PATIENCE, "{name} took {:?} for {}", begun.elapsed(), input.escape_ascii());
    taken
}

/// Numbers that look drawn (Marsaglia's xorshift), the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % most.max(1)
    }
}

/// What programs stumble over.
const PIECES: [&[u8]; 20] = [
    b"",
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\r\n",
    b"\"",
    b"\\",
    b"{}",
    b"[[[[[[[[",
    b"null",
    b"-1",
    b"9999999999999999999999",
    b"0",
    "\u{202e}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{e9}".as_bytes(),
    b"<<",
    b"obj",
    b"/J#53",
    b"\xff\xd9",
];

/// A seed with one to four changes.
fn changed(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(4) {
        let at = chance.below(input.len() + 1);
        let to = (at + chance.below(16)).min(input.len());
        match chance.below(7) {
            0 if at < input.len() => input[at] ^= 1 << chance.below(8),
            1 if at < input.len() => input[at] = u8::try_from(chance.below(256)).unwrap_or_default(),
            2 => drop(input.drain(at..to)),
            3 => drop(input.splice(at..to, PIECES[chance.below(PIECES.len())].iter().copied())),
            4 => drop(input.splice(at..at, input[at..to].to_vec())),
            5 => input.truncate(at),
            _ => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len() + 1);
                let piece = &other[from..(from + chance.below(64)).min(other.len())];
                drop(input.splice(at..to, piece.iter().copied()));
            }
        }
    }
    input
}
