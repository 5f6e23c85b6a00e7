//! Regular expressions that are compiled and searched for in a text, all states at once (Thompson's construction):
//! tables that are read byte by byte, and small sets.

use super::{digest, prose};

const PATTERNS: [&str; 6] = [
    "[a-z]+ter",
    "(ba|cor|di)+[, ]",
    "[^ \n]*(lu|ka)(no)?[.,]",
    "(in|en)[a-z]?(or|pi)+",
    "st.*ka.*no",
    "h?(o|ho)*galg?al",
];

enum Instruction {
    /// One of these bytes, a bit each.
    Byte([u64; 4]),
    /// Goes on in both places.
    Split(usize, usize),
    Jump(usize),
    Match,
}

#[inline(never)]
pub fn run() -> u64 {
    let text = prose(21, 24_000);
    let mut found = Vec::new();
    for pattern in PATTERNS {
        let expression = compile(pattern);
        let mut states = [States::new(expression.len()), States::new(expression.len())];
        let mut start = 0;
        while start < text.len() {
            match longest(&expression, &mut states, &text.as_bytes()[start..]) {
                Some(length) if length > 0 => {
                    found.extend_from_slice(&(start as u32).to_le_bytes());
                    found.extend_from_slice(&(length as u32).to_le_bytes());
                    start += length;
                }
                _ => start += 1,
            }
        }
    }
    digest(&found) ^ found.len() as u64
}

/// The states that the machine is in: a set that is emptied in no time.
struct States {
    list: Vec<usize>,
    /// Where in the list a state is, if it is.
    place: Vec<usize>,
}

impl States {
    fn new(size: usize) -> Self {
        States {
            list: Vec::with_capacity(size),
            place: vec![0; size],
        }
    }

    /// Adds the state and all those that it leads to without a byte.
    fn add(&mut self, expression: &[Instruction], state: usize) {
        if self.list.get(self.place[state]) == Some(&state) {
            return;
        }
        self.place[state] = self.list.len();
        self.list.push(state);
        match expression[state] {
            Instruction::Split(first, second) => {
                self.add(expression, first);
                self.add(expression, second);
            }
            Instruction::Jump(next) => self.add(expression, next),
            Instruction::Byte(_) | Instruction::Match => {}
        }
    }
}

/// The length of the longest match at the text's beginning.
fn longest(expression: &[Instruction], states: &mut [States; 2], text: &[u8]) -> Option<usize> {
    let [now, next] = states;
    let mut longest = None;
    now.list.clear();
    now.add(expression, 0);
    let mut position = 0;
    while !now.list.is_empty() {
        next.list.clear();
        for &state in &now.list {
            match &expression[state] {
                Instruction::Match => longest = Some(position),
                Instruction::Byte(set) => {
                    if let Some(&byte) = text.get(position) {
                        if set[usize::from(byte) / 64] >> (byte % 64) & 1 == 1 {
                            next.add(expression, state + 1);
                        }
                    }
                }
                Instruction::Split(..) | Instruction::Jump(_) => {}
            }
        }
        std::mem::swap(now, next);
        position += 1;
    }
    longest
}

fn compile(pattern: &str) -> Vec<Instruction> {
    let mut compiler = Compiler {
        pattern: pattern.as_bytes(),
        position: 0,
    };
    let mut expression = compiler.alternatives();
    assert_eq!(
        compiler.position,
        pattern.len(),
        "a parenthesis closes nothing in {pattern}"
    );
    expression.push(Instruction::Match);
    expression
}

/// Makes instructions whose targets are counted from their own beginning, and moved when they are joined.
struct Compiler<'a> {
    pattern: &'a [u8],
    position: usize,
}

impl Compiler<'_> {
    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.position).copied()
    }

    fn pass(&mut self) -> u8 {
        self.position += 1;
        self.pattern[self.position - 1]
    }

    fn alternatives(&mut self) -> Vec<Instruction> {
        let first = self.sequence();
        if self.peek() != Some(b'|') {
            return first;
        }
        self.position += 1;
        let second = self.alternatives();
        let end = first.len() + second.len() + 2;
        let mut both = vec![Instruction::Split(1, first.len() + 2)];
        join(&mut both, first);
        both.push(Instruction::Jump(end));
        join(&mut both, second);
        both
    }

    fn sequence(&mut self) -> Vec<Instruction> {
        let mut sequence = Vec::new();
        while !matches!(self.peek(), None | Some(b'|' | b')')) {
            let repeated = self.repeated();
            join(&mut sequence, repeated);
        }
        sequence
    }

    fn repeated(&mut self) -> Vec<Instruction> {
        let once = self.atom();
        let length = once.len();
        let mut repeated = Vec::new();
        match self.peek() {
            Some(b'?') => {
                repeated.push(Instruction::Split(1, length + 1));
                join(&mut repeated, once);
            }
            Some(b'*') => {
                repeated.push(Instruction::Split(1, length + 2));
                join(&mut repeated, once);
                repeated.push(Instruction::Jump(0));
            }
            Some(b'+') => {
                join(&mut repeated, once);
                repeated.push(Instruction::Split(0, length + 1));
            }
            _ => return once,
        }
        self.position += 1;
        repeated
    }

    fn atom(&mut self) -> Vec<Instruction> {
        let mut set = [0; 4];
        match self.pass() {
            b'(' => {
                let inner = self.alternatives();
                assert_eq!(self.pass(), b')');
                return inner;
            }
            b'[' => {
                let negated = self.peek() == Some(b'^');
                self.position += usize::from(negated);
                while self.peek() != Some(b']') {
                    let first = self.pass();
                    let last = if self.peek() == Some(b'-') {
                        self.position += 1;
                        self.pass()
                    } else {
                        first
                    };
                    (first..=last).for_each(|byte| insert(&mut set, byte));
                }
                self.position += 1;
                if negated {
                    set = set.map(|bits| !bits);
                }
            }
            b'.' => (0..=255)
                .filter(|&byte| byte != b'\n')
                .for_each(|byte| insert(&mut set, byte)),
            byte => insert(&mut set, byte),
        }
        vec![Instruction::Byte(set)]
    }
}

fn insert(set: &mut [u64; 4], byte: u8) {
    set[usize::from(byte) / 64] |= 1 << (byte % 64);
}

fn join(first: &mut Vec<Instruction>, second: Vec<Instruction>) {
    let start = first.len();
    first.extend(second.into_iter().map(|instruction| match instruction {
        Instruction::Split(one, other) => Instruction::Split(one + start, other + start),
        Instruction::Jump(next) => Instruction::Jump(next + start),
        other => other,
    }));
}

#[test]
fn matches_what_it_should() {
    for (pattern, text, length) in [
        ("abc", "abcd", Some(3)),
        ("abc", "abd", None),
        ("a*", "aaab", Some(3)),
        ("a*", "b", Some(0)),
        ("a+", "b", None),
        ("colou?r", "color", Some(5)),
        ("a|bc|d", "bcd", Some(2)),
        ("(ab|a)(bc)?", "abc", Some(3)),
        ("[a-c]+x", "abcabx", Some(6)),
        ("[^a]b", "ab", None),
        (".*b", "aab\nb", Some(3)),
        ("(a*)*", "aa", Some(2)),
        ("((a|b)+c)*d", "abcbcd", Some(6)),
    ] {
        let expression = compile(pattern);
        let mut states = [States::new(expression.len()), States::new(expression.len())];
        assert_eq!(
            longest(&expression, &mut states, text.as_bytes()),
            length,
            "{pattern} in {text}"
        );
    }
}
