//! Five bodies that attract each other: floating point on few addresses.

use super::{digest, Random};

struct Body {
    position: [f64; 3],
    velocity: [f64; 3],
    mass: f64,
}

#[inline(never)]
pub fn run() -> u64 {
    let mut random = Random(7);
    let mut number = || f64::from(random.next()) / f64::from(u32::MAX) - 0.5;
    let mut bodies: Vec<Body> = (0..5)
        .map(|_| Body {
            position: [number(), number(), number()],
            velocity: [number(), number(), number()],
            mass: number() + 1.0,
        })
        .collect();
    for _ in 0..75_000 {
        advance(&mut bodies, 0.001);
    }
    digest(
        &bodies
            .iter()
            .flat_map(|body| body.position.into_iter().chain(body.velocity))
            .flat_map(f64::to_le_bytes)
            .collect::<Vec<u8>>(),
    )
}

fn advance(bodies: &mut [Body], step: f64) {
    for i in 0..bodies.len() {
        let (before, after) = bodies.split_at_mut(i + 1);
        let first = &mut before[i];
        for second in after {
            let mut apart = [0.0; 3];
            let mut square = 0.01;
            for axis in 0..3 {
                apart[axis] = first.position[axis] - second.position[axis];
                square += apart[axis] * apart[axis];
            }
            let force = step / (square * square.sqrt());
            for axis in 0..3 {
                first.velocity[axis] -= apart[axis] * second.mass * force;
                second.velocity[axis] += apart[axis] * first.mass * force;
            }
        }
    }
    for body in bodies {
        for axis in 0..3 {
            body.position[axis] += step * body.velocity[axis];
        }
    }
}
