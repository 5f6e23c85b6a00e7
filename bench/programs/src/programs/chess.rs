//! All games of chess of so many moves, counted: sets of squares as bits of 64-bit integers, and recursion.

const PAWN: usize = 0;
const KNIGHT: usize = 1;
const BISHOP: usize = 2;
const ROOK: usize = 3;
const QUEEN: usize = 4;
const KING: usize = 5;

const WHITE: usize = 0;
const BLACK: usize = 1;

/// Squares are counted from a1 by files, then by ranks.
const FILE_A: u64 = 0x0101_0101_0101_0101;
const FILE_H: u64 = FILE_A << 7;
const FIRST_RANK: u64 = 0xff;

/// To castle, these have to be empty, and these not attacked; by colour, then to the king's side and to the queen's.
const CASTLING: [[(u64, [u32; 3], u32); 2]; 2] = [
    [(0x60, [4, 5, 6], 6), (0x0e, [4, 3, 2], 2)],
    [
        (0x60 << 56, [60, 61, 62], 62),
        (0x0e << 56, [60, 59, 58], 58),
    ],
];

#[inline(never)]
pub fn run() -> u64 {
    Attacks::new().count_games(&Board::start(), 4)
}

#[derive(Clone)]
struct Board {
    pieces: [u64; 6],
    colours: [u64; 2],
    to_move: usize,
    /// The squares of kings and rooks that have not moved.
    unmoved: u64,
    /// The square that a pawn has just jumped over, if any.
    passed: u64,
}

#[derive(Clone, Copy, Default)]
struct Move {
    piece: u8,
    from: u8,
    to: u8,
    /// What it is afterwards.
    becomes: u8,
}

/// As many moves as there can be in a position, and some.
struct Moves {
    list: [Move; 256],
    count: usize,
}

impl Moves {
    fn add(&mut self, piece: usize, from: u32, to: u32, becomes: usize) {
        self.list[self.count] = Move {
            piece: piece as u8,
            from: from as u8,
            to: to as u8,
            becomes: becomes as u8,
        };
        self.count += 1;
    }

    fn add_all(&mut self, piece: usize, from: u32, targets: u64) {
        squares(targets).for_each(|to| self.add(piece, from, to, piece));
    }

    fn add_pawn(&mut self, from: u32, to: u32) {
        if (8..56).contains(&to) {
            self.add(PAWN, from, to, PAWN);
        } else {
            (KNIGHT..=QUEEN).for_each(|becomes| self.add(PAWN, from, to, becomes));
        }
    }
}

fn squares(mut set: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let square = set.trailing_zeros();
        (set != 0).then(|| {
            set &= set - 1;
            square
        })
    })
}

impl Board {
    fn start() -> Self {
        Board {
            pieces: [
                0x00ff_0000_0000_ff00,
                0x4200_0000_0000_0042,
                0x2400_0000_0000_0024,
                0x8100_0000_0000_0081,
                0x0800_0000_0000_0008,
                0x1000_0000_0000_0010,
            ],
            colours: [0xffff, 0xffff << 48],
            to_move: WHITE,
            unmoved: 0x9100_0000_0000_0091,
            passed: 0,
        }
    }

    fn after(&self, played: Move) -> Board {
        let mut board = self.clone();
        let (own, other) = (self.to_move, 1 - self.to_move);
        let piece = usize::from(played.piece);
        let (from, to) = (1u64 << played.from, 1u64 << played.to);
        if self.colours[other] & to != 0 {
            board.colours[other] &= !to;
            board.pieces.iter_mut().for_each(|set| *set &= !to);
        }
        board.pieces[piece] &= !from;
        board.pieces[usize::from(played.becomes)] |= to;
        board.colours[own] ^= from | to;
        board.unmoved &= !(from | to);
        board.passed = 0;
        let distance = i32::from(played.to) - i32::from(played.from);
        if piece == PAWN {
            if to == self.passed {
                let captured = if own == WHITE { to >> 8 } else { to << 8 };
                board.pieces[PAWN] &= !captured;
                board.colours[other] &= !captured;
            } else if distance.abs() == 16 {
                board.passed = if own == WHITE { from << 8 } else { from >> 8 };
            }
        } else if piece == KING && distance.abs() == 2 {
            let rook = if distance > 0 {
                to << 1 | to >> 1
            } else {
                to >> 2 | to << 1
            };
            board.pieces[ROOK] ^= rook;
            board.colours[own] ^= rook;
        }
        board.to_move = other;
        board
    }
}

/// Which squares are attacked from each, on an empty board.
struct Attacks {
    knight: [u64; 64],
    king: [u64; 64],
    /// In eight directions, of which the first four are to higher squares, and the odd ones are diagonals.
    rays: [[u64; 64]; 8],
}

impl Attacks {
    fn new() -> Self {
        const DIRECTIONS: [(i32, i32); 8] = [
            (1, 0),
            (1, 1),
            (0, 1),
            (-1, 1),
            (-1, 0),
            (-1, -1),
            (0, -1),
            (1, -1),
        ];
        let step = |square: usize, (right, up): (i32, i32), times: i32| {
            let file = square as i32 % 8 + right * times;
            let rank = square as i32 / 8 + up * times;
            if (0..8).contains(&file) && (0..8).contains(&rank) {
                1u64 << (rank * 8 + file)
            } else {
                0
            }
        };
        let mut attacks = Attacks {
            knight: [0; 64],
            king: [0; 64],
            rays: [[0; 64]; 8],
        };
        for square in 0..64 {
            for direction in 0..8 {
                for times in 1..8 {
                    attacks.rays[direction][square] |= step(square, DIRECTIONS[direction], times);
                }
                attacks.king[square] |= step(square, DIRECTIONS[direction], 1);
            }
            for (long, short) in [(2, 1), (2, -1), (-2, 1), (-2, -1)] {
                attacks.knight[square] |=
                    step(square, (long, short), 1) | step(square, (short, long), 1);
            }
        }
        attacks
    }

    fn ray(&self, direction: usize, square: u32, occupied: u64) -> u64 {
        let ray = self.rays[direction][square as usize];
        let blockers = ray & occupied;
        if blockers == 0 {
            return ray;
        }
        let first = if direction < 4 {
            blockers.trailing_zeros()
        } else {
            63 - blockers.leading_zeros()
        };
        ray ^ self.rays[direction][first as usize]
    }

    fn straight(&self, square: u32, occupied: u64) -> u64 {
        [0, 2, 4, 6].iter().fold(0, |set, &direction| {
            set | self.ray(direction, square, occupied)
        })
    }

    fn diagonal(&self, square: u32, occupied: u64) -> u64 {
        [1, 3, 5, 7].iter().fold(0, |set, &direction| {
            set | self.ray(direction, square, occupied)
        })
    }

    /// Where pawns of a colour capture.
    fn pawns(set: u64, colour: usize) -> u64 {
        let ahead = if colour == WHITE { set << 8 } else { set >> 8 };
        (ahead & !FILE_H) << 1 | (ahead & !FILE_A) >> 1
    }

    fn is_attacked(&self, board: &Board, square: u32, by: usize) -> bool {
        let enemies = board.colours[by];
        let occupied = board.colours[WHITE] | board.colours[BLACK];
        let [pawns, knights, bishops, rooks, queens, kings] = board.pieces;
        let place = square as usize;
        Self::pawns(1 << square, 1 - by) & pawns & enemies != 0
            || self.knight[place] & knights & enemies != 0
            || self.king[place] & kings & enemies != 0
            || self.straight(square, occupied) & (rooks | queens) & enemies != 0
            || self.diagonal(square, occupied) & (bishops | queens) & enemies != 0
    }

    fn is_in_check(&self, board: &Board, colour: usize) -> bool {
        let king = board.pieces[KING] & board.colours[colour];
        self.is_attacked(board, king.trailing_zeros(), 1 - colour)
    }

    /// All moves, and those that leave the own king in check.
    fn moves(&self, board: &Board) -> Moves {
        let mut moves = Moves {
            list: [Move::default(); 256],
            count: 0,
        };
        let colour = board.to_move;
        let own = board.colours[colour];
        let enemies = board.colours[1 - colour];
        let occupied = own | enemies;
        for from in squares(board.pieces[PAWN] & own) {
            Self::pawn_moves(board, from, &mut moves);
        }
        for from in squares(board.pieces[KNIGHT] & own) {
            moves.add_all(KNIGHT, from, self.knight[from as usize] & !own);
        }
        for from in squares(board.pieces[BISHOP] & own) {
            moves.add_all(BISHOP, from, self.diagonal(from, occupied) & !own);
        }
        for from in squares(board.pieces[ROOK] & own) {
            moves.add_all(ROOK, from, self.straight(from, occupied) & !own);
        }
        for from in squares(board.pieces[QUEEN] & own) {
            let targets = self.straight(from, occupied) | self.diagonal(from, occupied);
            moves.add_all(QUEEN, from, targets & !own);
        }
        for from in squares(board.pieces[KING] & own) {
            moves.add_all(KING, from, self.king[from as usize] & !own);
            self.castling(board, from, &mut moves);
        }
        moves
    }

    fn pawn_moves(board: &Board, from: u32, moves: &mut Moves) {
        let colour = board.to_move;
        let occupied = board.colours[WHITE] | board.colours[BLACK];
        let ahead = |square: u32| {
            if colour == WHITE {
                square + 8
            } else {
                square - 8
            }
        };
        let start = FIRST_RANK << if colour == WHITE { 8 } else { 48 };
        let pawn = 1u64 << from;
        if occupied & 1 << ahead(from) == 0 {
            moves.add_pawn(from, ahead(from));
            if pawn & start != 0 && occupied & 1 << ahead(ahead(from)) == 0 {
                moves.add(PAWN, from, ahead(ahead(from)), PAWN);
            }
        }
        for to in squares(Self::pawns(pawn, colour) & (board.colours[1 - colour] | board.passed)) {
            moves.add_pawn(from, to);
        }
    }

    fn castling(&self, board: &Board, king: u32, moves: &mut Moves) {
        let occupied = board.colours[WHITE] | board.colours[BLACK];
        let colour = board.to_move;
        for (side, (empty, safe, to)) in CASTLING[colour].into_iter().enumerate() {
            let rook = [7, 0][side] + 56 * colour;
            if board.unmoved >> king & board.unmoved >> rook & 1 == 1
                && occupied & empty == 0
                && !safe
                    .into_iter()
                    .any(|square| self.is_attacked(board, square, 1 - colour))
            {
                moves.add(KING, king, to, KING);
            }
        }
    }

    fn count_games(&self, board: &Board, depth: u32) -> u64 {
        if depth == 0 {
            return 1;
        }
        let moves = self.moves(board);
        moves.list[..moves.count]
            .iter()
            .map(|&played| board.after(played))
            .filter(|after| !self.is_in_check(after, board.to_move))
            .map(|after| self.count_games(&after, depth - 1))
            .sum()
    }
}

/// Positions and counts that every author of a chess program checks against.
#[cfg(test)]
mod tests {
    use super::*;

    /// A position in Forsyth-Edwards notation.
    fn board(position: &str) -> Board {
        let fields: Vec<&str> = position.split(' ').collect();
        let mut board = Board {
            pieces: [0; 6],
            colours: [0; 2],
            to_move: WHITE,
            unmoved: 0,
            passed: 0,
        };
        let (mut file, mut rank) = (0, 7);
        for character in fields[0].chars() {
            match character {
                '/' => (file, rank) = (0, rank - 1),
                '1'..='8' => file += character.to_digit(10).unwrap(),
                _ => {
                    let piece = "pnbrqk".find(character.to_ascii_lowercase()).unwrap();
                    let colour = if character.is_uppercase() {
                        WHITE
                    } else {
                        BLACK
                    };
                    board.pieces[piece] |= 1 << (rank * 8 + file);
                    board.colours[colour] |= 1 << (rank * 8 + file);
                    file += 1;
                }
            }
        }
        board.to_move = if fields[1] == "w" { WHITE } else { BLACK };
        for right in fields[2].chars() {
            board.unmoved |= match right {
                'K' => 0x90,
                'Q' => 0x11,
                'k' => 0x90 << 56,
                'q' => 0x11 << 56,
                _ => 0,
            };
        }
        board
    }

    fn counts(board: &Board, expected: &[u64]) {
        let attacks = Attacks::new();
        for (depth, &count) in expected.iter().enumerate() {
            assert_eq!(
                attacks.count_games(board, depth as u32 + 1),
                count,
                "{} moves",
                depth + 1
            );
        }
    }

    #[test]
    fn from_the_start() {
        counts(&Board::start(), &[20, 400, 8_902, 197_281, 4_865_609]);
    }

    #[test]
    fn with_castling() {
        counts(
            &board("r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq -"),
            &[48, 2_039, 97_862, 4_085_603],
        );
    }

    #[test]
    fn with_captures_in_passing() {
        counts(
            &board("8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - -"),
            &[14, 191, 2_812, 43_238, 674_624],
        );
    }

    #[test]
    fn with_promotions() {
        counts(
            &board("r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq -"),
            &[6, 264, 9_467, 422_333],
        );
    }
}
