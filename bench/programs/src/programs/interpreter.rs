//! A machine with a stack whose instructions are interpreted: one loop with one large match.

const PUSH: u8 = 0;
const LOAD: u8 = 1;
const STORE: u8 = 2;
const ADD: u8 = 3;
const SUBTRACT: u8 = 4;
const MULTIPLY: u8 = 5;
const HALVE: u8 = 6;
const AND: u8 = 7;
const LESS: u8 = 8;
const JUMP: u8 = 9;
const JUMP_IF: u8 = 10;
const CALL: u8 = 11;
const RETURN: u8 = 12;

/// Where a frame's variables start, and where its caller goes on.
struct Frame {
    variables: usize,
    resume: usize,
}

#[inline(never)]
pub fn run() -> u64 {
    let collatz = execute(&collatz(), 2_400);
    let fibonacci = execute(&fibonacci(), 20);
    collatz << 32 | fibonacci
}

/// Runs a function of one argument that starts at 0, until it returns. An operand is the byte after its instruction; a
/// frame has three variables, of which the first is the argument.
fn execute(code: &[u8], argument: u64) -> u64 {
    let mut stack: Vec<u64> = Vec::new();
    let mut variables = vec![argument, 0, 0];
    let mut frames = vec![Frame {
        variables: 0,
        resume: 0,
    }];
    let mut base = 0;
    let mut next = 0;
    loop {
        let instruction = code[next];
        let operand = usize::from(code[next + 1]);
        next += 2;
        match instruction {
            PUSH => stack.push(operand as u64),
            LOAD => stack.push(variables[base + operand]),
            STORE => variables[base + operand] = pop(&mut stack),
            ADD => binary(&mut stack, u64::wrapping_add),
            SUBTRACT => binary(&mut stack, u64::wrapping_sub),
            MULTIPLY => binary(&mut stack, u64::wrapping_mul),
            HALVE => {
                let value = pop(&mut stack);
                stack.push(value / 2);
            }
            AND => binary(&mut stack, |one, other| one & other),
            LESS => binary(&mut stack, |one, other| u64::from(one < other)),
            JUMP => next = operand,
            JUMP_IF => {
                if pop(&mut stack) != 0 {
                    next = operand;
                }
            }
            CALL => {
                frames.push(Frame {
                    variables: base,
                    resume: next,
                });
                base = variables.len();
                variables.extend([pop(&mut stack), 0, 0]);
                next = operand;
            }
            RETURN => {
                let frame = frames.pop().expect("a frame that returns");
                variables.truncate(base);
                base = frame.variables;
                next = frame.resume;
                if frames.is_empty() {
                    return pop(&mut stack);
                }
            }
            other => panic!("there is no instruction {other}"),
        }
    }
}

fn pop(stack: &mut Vec<u64>) -> u64 {
    stack.pop().expect("a value on the stack")
}

fn binary(stack: &mut Vec<u64>, operation: impl Fn(u64, u64) -> u64) {
    let second = pop(stack);
    let first = pop(stack);
    stack.push(operation(first, second));
}

/// How many steps it takes all numbers from 2 to below the argument to get to 1.
#[rustfmt::skip]
fn collatz() -> Vec<u8> {
    const LIMIT: u8 = 0;
    const START: u8 = 1;
    const STEPS: u8 = 2;
    const EACH: u8 = 6;
    const WORK: u8 = 16;
    vec![
        PUSH, 2, STORE, START, JUMP, EACH,
        // EACH: while START < LIMIT
        LOAD, START, LOAD, LIMIT, LESS, 0, JUMP_IF, WORK, JUMP, 36,
        // WORK: the steps of START, by a call
        LOAD, START, CALL, 40, LOAD, STEPS, ADD, 0, STORE, STEPS,
        LOAD, START, PUSH, 1, ADD, 0, STORE, START, JUMP, EACH,
        // 36: the end
        LOAD, STEPS, RETURN, 0,
        // 40: while 1 < the number (variable 0), count in variable 1
        PUSH, 1, LOAD, 0, LESS, 0, JUMP_IF, 52, LOAD, 1, RETURN, 0,
        // 52: odd or even?
        LOAD, 1, PUSH, 1, ADD, 0, STORE, 1,
        LOAD, 0, PUSH, 1, AND, 0, JUMP_IF, 76,
        LOAD, 0, HALVE, 0, STORE, 0, JUMP, 40,
        // 76: odd
        LOAD, 0, PUSH, 3, MULTIPLY, 0, PUSH, 1, ADD, 0, STORE, 0, JUMP, 40,
    ]
}

#[rustfmt::skip]
fn fibonacci() -> Vec<u8> {
    vec![
        LOAD, 0, PUSH, 2, LESS, 0, JUMP_IF, 28,
        LOAD, 0, PUSH, 1, SUBTRACT, 0, CALL, 0,
        LOAD, 0, PUSH, 2, SUBTRACT, 0, CALL, 0,
        ADD, 0, RETURN, 0,
        // 28
        LOAD, 0, RETURN, 0,
    ]
}

#[test]
fn computes() {
    assert_eq!(execute(&fibonacci(), 20), 6_765);
    let steps = |start: u64| {
        let next = |&number: &u64| {
            (number != 1).then(|| {
                if number % 2 == 0 {
                    number / 2
                } else {
                    number * 3 + 1
                }
            })
        };
        std::iter::successors(Some(start), next).count() as u64 - 1
    };
    assert_eq!(steps(27), 111);
    assert_eq!(execute(&collatz(), 28) - execute(&collatz(), 27), 111);
    assert_eq!(execute(&collatz(), 1_000), (2..1_000).map(steps).sum());
}
